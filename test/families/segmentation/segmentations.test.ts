import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkSegmentationGoldens, segmentationGoldenImages } from '../../../src/families/segmentation/check-goldens.js'
import { segmentations } from '../../../src/families/segmentation/segmentations.js'
import type { Grid } from '../../../src/imaging/geometry.js'
import type { PreparedRaster } from '../../../src/imaging/prepare.js'
import { openTinySegmentation } from './tiny-pack.js'

const FILMS = ['film-landscape.png', 'film-portrait.png']

for (const name of ['tiny-halves', 'tiny-apart', 'tiny-lvit']) {
  test(`${name} does what PyTorch did`, async () => {
    const { model, run, prepare } = await openTinySegmentation(name)
    const images: Record<string, PreparedRaster> = {}
    for (const file of segmentationGoldenImages(model.spec)) images[file] = await prepare(file)
    assert.deepEqual(await checkSegmentationGoldens({ model, run, images }), [])
  })

  test(`${name}: a golden that differs is told`, async () => {
    const { model, run, prepare } = await openTinySegmentation(name)
    const goldens = model.spec.goldens.map((golden) =>
      golden.kind === 'segmentation'
        ? { ...golden, probabilities_mean: 0.9999 }
        : { ...golden, ids: [1, 2, 3], words: ['other'] },
    )
    const images: Record<string, PreparedRaster> = {}
    for (const file of segmentationGoldenImages(model.spec)) images[file] = await prepare(file)
    const faults = await checkSegmentationGoldens({
      model: { ...model, spec: { ...model.spec, goldens } },
      run,
      images,
    })
    assert.ok(faults.length >= goldens.length)
  })

  test(`${name}: a film and a text give the same map alone and in company`, async () => {
    const { model, run, prepare } = await openTinySegmentation(name)
    const [own, other] = [
      await prepare(goldenFilm(model.spec.goldens, 0)),
      await prepare(goldenFilm(model.spec.goldens, 1)),
    ]
    const text = 'Left lung and the lower lobe, of both lungs and the heart.'
    const texts = ['right lung', text, 'both lungs, no effusion', 'lungs', text, 'the left lung is large.']
    const [[alone]] = (await segmentations({ model, run, images: [own], texts: [text] })) as [[Grid]]
    const maps = await segmentations({ model, run, images: [other, own, own], texts })
    for (const image of [1, 2]) {
      for (const at of [1, 4]) assertSame(maps[image]![at]!, alone)
    }
    assert.ok(
      maps[0]![1]!.data.some((value, at) => Math.abs(value - alone.data[at]!) > 1e-3),
      'another film, another map',
    )
  })
}

function goldenFilm(goldens: readonly { kind: string; image?: string }[], at: number): string {
  return [...new Set(goldens.flatMap(({ image }) => (image === undefined ? [] : [image])))][at]!
}

function assertSame(found: Grid, expected: Grid): void {
  assert.deepEqual([found.width, found.height], [expected.width, expected.height])
  expected.data.forEach((value, at) => assert.ok(Math.abs(found.data[at]! - value) <= 1e-5))
}

test('words choose where a film is looked at', async () => {
  for (const name of ['tiny-halves', 'tiny-apart']) {
    const { model, run, prepare } = await openTinySegmentation(name)
    const film = await prepare(FILMS[0]!)
    const [[left, right, both]] = (await segmentations({
      ...{ model, run, images: [film] },
      texts: ['left lung', 'right lung', 'lungs'],
    })) as [[Grid, Grid, Grid]]
    const bright = (map: Grid, isRight: boolean): number =>
      map.data.filter((value, at) => value > 0.5 && at % map.width >= map.width / 2 === isRight).length
    assert.equal(bright(left, false), 0, 'the patient’s left is the right of the picture')
    assert.equal(bright(right, true), 0)
    assert.ok(bright(left, true) > 100 && bright(right, false) > 100)
    assert.deepEqual([bright(both, false), bright(both, true)], [bright(right, false), bright(left, true)])
  }
})

test('an image encoder runs once for its film, however many texts are looked for', async () => {
  const { model, run, calls, prepare } = await openTinySegmentation('tiny-halves')
  const images = [await prepare(FILMS[0]!), await prepare(FILMS[1]!)]
  await segmentations({ model, run, images, texts: ['left lung', 'right lung', 'left lung', 'lungs'] })
  const rows = (role: string, input: string): (number | undefined)[] =>
    calls.filter((call) => call.role === role).map(({ feeds }) => feeds[input]?.dims[0])
  assert.deepEqual(rows('image_encoder', 'pixels'), [2])
  assert.deepEqual(rows('text_tokens', 'input_ids'), [3], 'a text that is asked twice is run once')
  assert.deepEqual(rows('segmenter', 'level1'), [6])
})

test('a segmenter that keeps films and texts apart gets a film once for so many texts as it takes', async () => {
  const { model, run, calls, prepare } = await openTinySegmentation('tiny-apart')
  const images = [await prepare(FILMS[0]!)]
  const texts = ['left lung', 'right lung', 'lungs', 'both lungs', 'lower lobe']
  const [maps] = await segmentations({ model, run, images, texts })
  const rows = calls
    .filter(({ role }) => role === 'segmenter')
    .map(({ feeds }) => [feeds['pixels']!.dims[0], feeds['tokens']!.dims[0]])
  assert.deepEqual(rows, [
    [1, 3],
    [1, 2],
  ])
  assertSame(maps![3]!, maps![2]!)
})

test('a text that names nothing known is not run where the pack says so', async () => {
  const { model, run, calls, prepare } = await openTinySegmentation('tiny-apart')
  const [[map, other]] = (await segmentations({
    ...{ model, run, images: [await prepare(FILMS[0]!)] },
    texts: ['heart size', 'left lung'],
  })) as [[Grid, Grid]]
  assert.ok(map.data.every((value) => value === 0))
  assert.ok(other.data.some((value) => value > 0.5))
  assert.equal(calls.find(({ role }) => role === 'text_tokens')!.feeds['input_ids']!.dims[0], 1)
  const before = calls.length
  await segmentations({ model, run, images: [await prepare(FILMS[0]!)], texts: ['heart size'] })
  assert.equal(calls.length, before, 'no run at all')
})

test('a golden that gives no probabilities is a fault of the pack', async () => {
  const { model, run, prepare } = await openTinySegmentation('tiny-halves')
  const golden = { kind: 'segmentation' as const, image: FILMS[0]!, text: 'no evidence of lung', tolerance: 1 }
  const images = { [FILMS[0]!]: await prepare(FILMS[0]!) }
  const spec = { ...model.spec, goldens: [golden] }
  const [fault] = await checkSegmentationGoldens({ model: { ...model, spec }, run, images })
  assert.match(fault ?? '', /no probabilities/)
})

test('values that are no probabilities are refused', async () => {
  for (const name of ['tiny-halves', 'tiny-apart']) {
    const { model, run, prepare } = await openTinySegmentation(name)
    const images = [await prepare(FILMS[0]!)]
    const ask = (texts: string[]) => segmentations({ model, run, images, texts })
    await assert.rejects(ask(['lung', 'no evidence of lung']), { code: 'model_output_invalid' })
    await ask(['lung'])
  }
})
