import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunComponent } from '../../../src/families/family.js'
import { filmFeatures, fuseStudies } from '../../../src/families/views/fuse.js'
import type { StudyFeatures, ViewsModel } from '../../../src/families/views/model.js'
import type { Views } from '../../../src/families/views/spec.js'
import { float32Data, tensor } from '../../../src/tensor/tensor.js'
import { assertClose } from '../dual-encoder/golden-file.js'
import { openTinyPack } from '../dual-encoder/tiny-pack.js'
import { readStudyGoldens, studyOf } from './study-goldens.js'

const ALL = { global: true, memory: true, patchWeights: true }

function assertStudy(found: StudyFeatures | undefined, golden: ReturnType<typeof readStudyGoldens>['studies'][number]) {
  assert.ok(found?.global && found.memory && found.viewWeights && found.patchWeights)
  assertClose(found.global, [...golden.global])
  assertClose(float32Data(found.memory), [...golden.memory])
  assertClose(found.viewWeights, [...golden.view_weights])
  assertClose(
    found.patchWeights.flatMap((cells) => [...cells]),
    [...golden.patch_weights],
  )
  assert.deepEqual(found.grid, [4, 4])
  assertClose([found.viewWeights.reduce((a, b) => a + b, 0)], [1])
}

/** The pack's model with another section `views`. */
function withViews(model: ViewsModel, views: Partial<Views>): ViewsModel {
  return { ...model, spec: { ...model.spec, views: { ...model.spec.views!, ...views } } }
}

for (const { name, runs } of [
  { name: 'tiny-gated', runs: [3] },
  { name: 'tiny-attend', runs: [1, 1, 1] },
]) {
  test(`${name}: studies of any number of films become what PyTorch made of them, alone and in a batch`, async () => {
    const { model, run, calls } = await openTinyPack(name)
    const goldens = readStudyGoldens(name)
    const studies = goldens.studies.map((_, at) => studyOf(goldens, at))
    const together = await fuseStudies(model, studies, ALL, run)
    // Of equal dims share a run, whoever they are of.
    assert.deepEqual(
      calls.map(({ feeds }) => feeds['views_global']!.dims[0]),
      runs,
    )
    for (const [at, golden] of goldens.studies.entries()) {
      assertStudy(together[at], golden)
      assertStudy((await fuseStudies(model, [studies[at]!], ALL, run))[0], golden)
    }
  })

  test(`${name}: the order of the films makes no difference, to the bit, and weights follow their films`, async () => {
    const { model, run } = await openTinyPack(name)
    const goldens = readStudyGoldens(name)
    const at = goldens.studies.length - 1
    const count = goldens.studies[at]!.films
    const given = Array.from({ length: count }, (_, film) => (film + 2) % count).reverse()
    const [first] = await fuseStudies(model, [studyOf(goldens, at)], ALL, run)
    const [second] = await fuseStudies(model, [studyOf(goldens, at, given)], ALL, run)
    assert.deepEqual(second!.global, first!.global)
    assert.deepEqual(second!.memory, first!.memory)
    assert.deepEqual(
      [...second!.viewWeights!],
      given.map((film) => first!.viewWeights![film]!),
    )
    assert.deepEqual(
      second!.patchWeights,
      given.map((film) => first!.patchWeights![film]!),
    )
  })
}

test('a pack that reads its films as given reads another study when they are turned round', async () => {
  const { model, run } = await openTinyPack('tiny-gated')
  const ordered = withViews(model, { order: 'as_given' })
  const goldens = readStudyGoldens('tiny-gated')
  const studies = [studyOf(goldens, 2), studyOf(goldens, 2, [2, 1, 0])]
  const [first, turned] = await fuseStudies(ordered, studies, ALL, run)
  assertStudy(first, goldens.studies[2]!)
  assert.notDeepEqual(turned!.memory, first!.memory)
})

test('films are repeated in turn, and a film has the sum of its places', async () => {
  const { model, run, calls } = await openTinyPack('tiny-gated')
  const goldens = readStudyGoldens('tiny-gated')
  const [study] = await fuseStudies(model, [studyOf(goldens, 1)], ALL, run)
  const fed = float32Data(calls[0]!.feeds['views_local']!)
  const length = fed.length / 3
  assert.deepEqual(fed.slice(2 * length), fed.slice(0, length))
  assert.equal(study!.viewWeights!.length, 2)
  // Gates of one place are below 1; the first film stands in two.
  assert.ok(study!.viewWeights![0]! > study!.viewWeights![1]!)
})

test('absent films are zeros and masked, and change nothing', async () => {
  const { model, run, calls } = await openTinyPack('tiny-attend')
  const goldens = readStudyGoldens('tiny-attend')
  const studies = goldens.studies.map((_, at) => studyOf(goldens, at))
  const filled = await fuseStudies(withViews(model, { fill: 'mask' }), studies, ALL, run)
  // All are of the pack's maximum now, so one run holds them.
  assert.equal(calls.length, 1)
  assert.deepEqual([...float32Data(calls[0]!.feeds['view_mask']!).slice(6, 12)], [1, 1, 0, 0, 0, 0])
  for (const [at, golden] of goldens.studies.entries()) {
    const { global, viewWeights, patchWeights, memory, memoryMask } = filled[at]!
    assertClose(global!, [...golden.global])
    assertClose(viewWeights!, [...golden.view_weights])
    assert.equal(patchWeights!.length, golden.films)
    const read = float32Data(memoryMask!).reduce((a, b) => a + b, 0)
    assert.equal(read, golden.films * goldens.cells)
    assertClose(float32Data(memory!).subarray(0, golden.memory.length), [...golden.memory])
  }
})

test('without a section a study is the mean of any number of films, in any order', async () => {
  const { model, run, calls } = await openTinyPack('tiny-clip')
  const goldens = readStudyGoldens('tiny-attend')
  const [first, second] = await fuseStudies(
    model,
    [studyOf(goldens, 2), studyOf(goldens, 2, [4, 2, 0, 1, 3])],
    { ...ALL, patchWeights: false },
    run,
  )
  assert.equal(calls.length, 0)
  assertClose([Math.hypot(...first!.global!)], [1])
  assertClose(first!.viewWeights!, [0.2, 0.2, 0.2, 0.2, 0.2])
  assert.deepEqual(second!.global, first!.global)
  assert.equal(first!.memory, undefined)
})

test('a fusion asks the tower for what its graph reads', async () => {
  const { model } = await openTinyPack('tiny-gated')
  const { model: clip } = await openTinyPack('tiny-clip')
  assert.deepEqual(filmFeatures(model, ALL), { global: true, local: true })
  assert.deepEqual(filmFeatures(clip, ALL), { global: true, local: false })
  assert.deepEqual(filmFeatures(clip, { ...ALL, global: false }), { global: false, local: false })
})

test('no film, too many films and weights that a pack does not have are refused', async () => {
  const { model, run } = await openTinyPack('tiny-gated')
  const { model: clip } = await openTinyPack('tiny-clip')
  const attend = readStudyGoldens('tiny-attend')
  const none = { ...studyOf(attend, 0), films: [], rows: [] }
  await assert.rejects(fuseStudies(model, [none], ALL, run), { code: 'invalid_option' })
  await assert.rejects(fuseStudies(model, [studyOf(attend, 2)], ALL, run), {
    code: 'invalid_option',
    message: /at most 3 films/,
    details: { limit: 'views.max' },
  })
  await assert.rejects(fuseStudies(clip, [studyOf(attend, 0)], ALL, run), { code: 'invalid_option' })
})

test('weights of other views than were fed are the pack’s fault', async () => {
  const { model, run } = await openTinyPack('tiny-attend')
  const goldens = readStudyGoldens('tiny-attend')
  for (const kind of ['view_weights', 'patch_weights']) {
    const short: RunComponent = async (role, feeds, outputs) => {
      const found = await run(role, feeds, outputs)
      const { dims, data } = found[kind]!
      return { ...found, [kind]: tensor('float32', [1, dims[1]! - 1, ...dims.slice(2)], data.slice(data.length / 5)) }
    }
    await assert.rejects(fuseStudies(model, [studyOf(goldens, 2)], ALL, short), { code: 'model_output_invalid' })
  }
})

test('weights that are no numbers are the pack’s fault', async () => {
  const { model, run } = await openTinyPack('tiny-gated')
  const goldens = readStudyGoldens('tiny-gated')
  const broken: RunComponent = async (role, feeds, outputs) => {
    const found = await run(role, feeds, outputs)
    float32Data(found['view_weights']!)[0] = NaN
    return found
  }
  await assert.rejects(fuseStudies(model, [studyOf(goldens, 0)], ALL, broken), { code: 'model_output_invalid' })
})
