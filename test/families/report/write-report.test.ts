/** From films to text over the packs' real graphs: what REFERS states, and a decoder that recites. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.js'
import type { PixelRow } from '../../../src/families/dual-encoder/model.js'
import type { RunComponent } from '../../../src/families/family.js'
import { checkReportGoldens, reportGoldenImages } from '../../../src/families/report/check-goldens.js'
import { fillReportOptions, type ReportOptions } from '../../../src/families/report/options.js'
import { writeReport, type ReportInput, type ReportToken } from '../../../src/families/report/write-report.js'
import { openReportPack, type TinyReportPack } from './tiny-report.js'

const isCode = (code: string) => (error: unknown) => error instanceof AppError && error.code === code
const FILMS = ['film-landscape.png', 'film-portrait.png']

async function write(
  { model, run, film }: TinyReportPack,
  files: readonly string[],
  asked: ReportOptions = {},
  changes: Partial<ReportInput> & { run?: RunComponent } = {},
) {
  const films = await Promise.all(files.map(film))
  const options = fillReportOptions(model.spec.generation, asked, () => 1n)
  const input = { films, options, wantsPatches: false, keepsPartial: false, ...changes }
  return writeReport(model, input, changes.run ?? run)
}

for (const name of ['tiny-refers', 'tiny-report']) {
  test(`${name}: its goldens come out, and do not when they say otherwise`, async () => {
    const { model, run, film } = await openReportPack(name)
    const files = reportGoldenImages(model)
    const images: Record<string, PixelRow> = {}
    for (const file of files) images[file] = await film(file)
    assert.deepEqual(await checkReportGoldens({ model, run, images }), [])
    const goldens = model.spec.goldens.flatMap((golden) =>
      golden.kind === 'report'
        ? [
            { ...golden, ids: [...golden.ids.slice(0, -1), 3] },
            { ...golden, log_probabilities: golden.log_probabilities!.map((value) => value - 1) },
            { ...golden, text: 'other' },
          ]
        : [],
    )
    const other = { spec: { ...model.spec, goldens }, components: model.components, vocabulary: model.vocabulary }
    const faults = await checkReportGoldens({ model: other, run, images })
    assert.equal(faults.length, goldens.length)
    assert.match(faults[0]!, /tokens are others/)
    assert.match(faults[1]!, /log probabilities differ/)
    assert.match(faults[2]!, /text is another/)
  })
}

test('the shares of the films sum to 1, and a film that fills three places has them all', async () => {
  const pack = await openReportPack('tiny-refers')
  const files = pack.model.spec.goldens.flatMap((golden) => (golden.kind === 'report' ? [golden.images] : []))
  for (const images of [files[0]!, files.at(-1)!]) {
    const { viewWeights, patchWeights, grid } = await write(pack, images, {}, { wantsPatches: true })
    assert.equal(viewWeights!.length, images.length)
    assert.ok(Math.abs(viewWeights!.reduce((sum, share) => sum + share, 0) - 1) < 1e-6)
    assert.deepEqual(grid, [4, 4])
    assert.deepEqual(
      patchWeights!.map(({ length }) => length),
      images.map(() => 16),
    )
  }
})

test('what a film says is in the text: the recited report is that of its number of films', async () => {
  const pack = await openReportPack('tiny-report')
  const one = await write(pack, FILMS.slice(0, 1))
  assert.equal(one.text, 'there is no pleural effusion. the heart size is normal.')
  assert.equal(one.end, 'stop')
  const both = await write(pack, FILMS)
  assert.equal(both.text, 'there is a small pleural effusion≥1. pneumonia.')
  // No film is weighed where the decoder reads their cells itself.
  assert.equal(both.viewWeights, undefined)
  assert.ok(both.tokens.every(({ logProbability }) => logProbability < 0 && logProbability > -1))
  const beam = await write(pack, FILMS, { beams: 4 })
  assert.equal(beam.text, both.text)
  assert.ok(Math.abs(beam.logProbability - both.logProbability) < 1e-4)
})

test('tokens are told in order and once, and together they are the text', async () => {
  const pack = await openReportPack('tiny-report')
  for (const asked of [{}, { beams: 3 }, { temperature: 0.2, seed: 5n }] as const) {
    const told: ReportToken[] = []
    const onToken = (token: ReportToken, index: number): void => {
      assert.equal(index, told.length)
      told.push(token)
    }
    const { tokens, text } = await write(pack, FILMS, asked, { onToken })
    assert.deepEqual(told, tokens)
    assert.equal(tokens.map((token) => token.text).join(''), text)
    assert.ok(tokens.every((token) => !token.text.includes('\ufffd')))
    assert.equal(tokens.at(-1)!.piece, '</s>')
  }
})

test('the same seed writes the same text, and max_tokens ends it', async () => {
  const pack = await openReportPack('tiny-refers')
  const golden = pack.model.spec.goldens[0]
  const files = golden?.kind === 'report' ? golden.images : []
  const draw = (seed: bigint) => write(pack, files, { temperature: 1.5, topP: 0.95, seed })
  const [first, again, other] = [await draw(3n), await draw(3n), await draw(4n)]
  assert.deepEqual(first, again)
  assert.notDeepEqual(first.tokens, other.tokens)
  const short = await write(pack, files, { method: 'greedy', maxTokens: 3 })
  assert.deepEqual([short.tokens.length, short.end], [3, 'length'])
})

/** Ends the work at the decoder's run of this number, as the engine does. */
function endAt(pack: TinyReportPack, at: number, error: AppError): RunComponent {
  let runs = 0
  return (role, feeds, outputs) =>
    role === 'decoder_step' && ++runs === at ? Promise.reject(error) : pack.run(role, feeds, outputs)
}

test('a deadline keeps what is written where that is wanted, and drops half a character', async () => {
  const pack = await openReportPack('tiny-report')
  const late = new AppError('deadline_exceeded', 'Too late.')
  // Two of the three bytes of ≥ are there.
  const run = endAt(pack, 9, late)
  const cut = await write(pack, FILMS, {}, { keepsPartial: true, run })
  assert.deepEqual([cut.text, cut.end, cut.tokens.length], ['there is a small pleural effusion', 'deadline', 8])
  await assert.rejects(write(pack, FILMS, {}, { run: endAt(pack, 9, late) }), isCode('deadline_exceeded'))
  const first = { keepsPartial: true, run: endAt(pack, 1, late) }
  await assert.rejects(write(pack, FILMS, {}, first), isCode('deadline_exceeded'))
  const left = { keepsPartial: true, run: endAt(pack, 9, new AppError('cancelled', 'Left.')) }
  await assert.rejects(write(pack, FILMS, {}, left), isCode('cancelled'))
})

test('a beam that is cut gives its best so far, beginning with what was told', async () => {
  const pack = await openReportPack('tiny-report')
  const told: ReportToken[] = []
  const run = endAt(pack, 7, new AppError('deadline_exceeded', 'Too late.'))
  const onToken = (token: ReportToken): void => void told.push(token)
  const { tokens, end } = await write(pack, FILMS, { beams: 3 }, { keepsPartial: true, run, onToken })
  assert.equal(end, 'deadline')
  assert.deepEqual(told, tokens)
})

test('values that are no numbers are no answer', async () => {
  const pack = await openReportPack('tiny-report')
  await assert.rejects(write(pack, [...FILMS, ...FILMS]), isCode('model_output_invalid'))
  const broken: RunComponent = async (role, feeds, outputs) => {
    const found = await pack.run(role, feeds, outputs)
    if (role !== 'image_encoder') return found
    return Object.fromEntries(
      Object.entries(found).map(([name, value]) => [
        name,
        { ...value, data: (value.data as Float32Array).map(() => NaN) },
      ]),
    )
  }
  await assert.rejects(write(pack, FILMS, {}, { run: broken }), isCode('model_output_invalid'))
})

test('films that look like another view are warned of, where the pack says how films should look', async () => {
  const pack = await openReportPack('tiny-report')
  const dual = pack.model.dual!
  const warned = async (margin: number) => {
    const expected_view = { prompts: ['normal chest'], others: ['pneumonia'], margin }
    const model = { ...pack.model, dual: { ...dual, spec: { ...dual.spec, expected_view } } }
    return (await write({ ...pack, model }, FILMS)).filmWarnings!
  }
  assert.deepEqual(
    (await warned(-2)).map(({ code, film }) => [code, film]),
    [
      ['unexpected_view', 0],
      ['unexpected_view', 1],
    ],
  )
  assert.deepEqual(await warned(2), [])
  assert.equal((await write(pack, FILMS)).filmWarnings, undefined)
})

test('no film and more films than the pack reads are refused before anything runs', async () => {
  const pack = await openReportPack('tiny-report')
  await assert.rejects(write(pack, []), isCode('invalid_option'))
  await assert.rejects(write(pack, [...FILMS, ...FILMS, FILMS[0]!]), isCode('invalid_option'))
  await assert.rejects(write(pack, FILMS, {}, { wantsPatches: true }), isCode('invalid_option'))
  assert.equal(pack.calls.length, 0)
})
