import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import type { EditsRequest, GenerationsRequest } from '../../src/flows/generate.js'
import { SCHEDULER_NAMES, type SchedulerSpec } from '../../src/families/diffusion/schedulers/spec.js'
import { DIFFUSION } from '../families/diffusion/tiny-sd.js'
import { asked, runsOf, startGenerations } from './generation-service.js'

const service = await startGenerations()
await service.models.load('tiny-sd-v')
const { predict } = service
const film = readFileSync(join(DIFFUSION, 'film.png'))
const STEPS = /^steps is a whole number from 1 to 100\.$/
const GUIDANCE = /^guidance_scale is a number from 0 to 50\.$/
const SEED = /^seed is from 0 to 18446744073709551615\.$/
const SIZE = /^The model makes pictures of 32x32 to 128x128 pixels, each side a multiple of 16\.$/
const STRENGTH = /^strength is above 0, which would change nothing, and at most 1\.$/

const unknown = { name: 'ancestral' } as unknown as SchedulerSpec
const REFUSED: readonly [title: string, changes: Partial<GenerationsRequest>, message: RegExp][] = [
  ['no step', { steps: 0 }, STEPS],
  ['10,000 steps', { steps: 10_000 }, STEPS],
  ['a part of a step', { steps: 1.5 }, STEPS],
  ['guidance that is no number', { guidanceScale: NaN }, GUIDANCE],
  ['guidance without end', { guidanceScale: Infinity }, GUIDANCE],
  ['guidance below 0', { guidanceScale: -1 }, GUIDANCE],
  ['rescale above 1', { guidanceRescale: 1.01 }, /^guidance_rescale is a number from 0 to 1\.$/],
  ['a size off the multiple', { size: { width: 64, height: 65 } }, SIZE],
  ['a size off the factor’s double', { size: { width: 72, height: 64 } }, SIZE],
  ['a size beyond the range', { size: { width: 144, height: 64 } }, SIZE],
  ['a size of no pixel', { size: { width: 0, height: 0 } }, SIZE],
  ['a size that is no number', { size: { width: NaN, height: 64 } }, SIZE],
  ['no image', { n: 0 }, /^n is a whole number from 1 to 4\.$/],
  ['too many images', { n: 5 }, /^n is a whole number from 1 to 4\.$/],
  ['a seed below 0', { seed: -1n }, SEED],
  ['a seed of 2^64', { seed: 2n ** 64n }, SEED],
  ['an unknown sampler', { scheduler: unknown }, new RegExp(`^scheduler is one of ${SCHEDULER_NAMES.join(', ')}\\.$`)],
  ['an option of another sampler', { scheduler: { name: 'ddim', solver_order: 2 } }, /^ddim takes no solver_order;/],
  ['an unknown source of noise', { noiseSource: 'numpy' as never }, /^noise_source is one of torch-cpu, torch-cuda\.$/],
  ['a preview after each part of a step', { previewEvery: 0.5 }, /^preview_every is a whole number/],
  ['a field that the template does not have', { prompt: { findings: 'edema', name: 'x' } }, /^A structured prompt has/],
  ['an age that nobody has', { prompt: { age: 121, findings: 'edema' } }, /^age is a whole number from 0 to 120\.$/],
  ['a text of nothing', { prompt: '   ' }, /^The text is empty/],
]

for (const [title, changes, message] of REFUSED) {
  test(`${title} is refused before any run`, async () => {
    const before = runsOf(service, 'tiny-sd-v@1.0.0')
    const error = await predict.generations(asked(changes)).catch((reason: unknown) => reason as Error)
    assert.ok(error instanceof Error)
    assert.ok(['invalid_option', 'invalid_text'].includes((error as Error & { code: string }).code))
    assert.match(error.message, message)
    assert.equal(runsOf(service, 'tiny-sd-v@1.0.0'), before)
  })
}

for (const [title, changes] of [
  ['one step', { steps: 1 }],
  ['guidance of 0', { guidanceScale: 0 }],
  ['guidance of 1', { guidanceScale: 1 }],
  ['the greatest guidance', { guidanceScale: 50 }],
  ['a seed of 2^63', { seed: 2n ** 63n }],
  ['a seed of 2^64 − 1', { seed: 2n ** 64n - 1n }],
  ['a seed of torch’s CUDA generator', { noiseSource: 'torch-cuda' }],
  ['an odd character', { prompt: 'Kardiomegalie \ud800 😀 <|endoftext|>' }],
] satisfies [string, Partial<GenerationsRequest>][]) {
  test(`${title} is taken`, async () => {
    const { result } = await predict.generations(asked({ steps: 2, ...changes }))
    assert.deepEqual(result.size, { width: 64, height: 64 })
  })
}

test('without a seed one is drawn, and told', async () => {
  const { seed, ...rest } = asked({ steps: 1 })
  assert.ok(seed !== undefined)
  const seeds = new Set<bigint>()
  for (let i = 0; i < 4; i++) seeds.add((await predict.generations(rest)).result.images[0]!.seed)
  assert.ok(seeds.size > 1)
})

async function plain(width: number, height: number, level: number): Promise<Uint8Array> {
  const background = { r: level, g: level, b: level }
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer()
}

async function refusal(changes: Partial<EditsRequest>): Promise<string> {
  const error = await predict.edits({ ...asked(), film, ...changes }).catch((reason: unknown) => reason as Error)
  assert.ok(error instanceof Error)
  return error.message
}

test('an edit of strength 0, beyond 1, of no number, or that leaves no step', async () => {
  for (const strength of [0, -0.5, 1.01, NaN]) assert.match(await refusal({ strength }), STRENGTH)
  assert.match(await refusal({ strength: 0.1, steps: 5 }), /^strength leaves none of 5 steps/)
  const { result } = await predict.edits({ ...asked({ steps: 2 }), film, strength: 1 })
  assert.deepEqual([result.edit?.strength, result.denoiserCalls], [1, 2])
})

test('a mask of another size, all black and all white', async () => {
  assert.match(await refusal({ mask: await plain(32, 64, 255) }), /^The mask has 32x64 pixels and its film 64x64/)
  assert.match(await refusal({ mask: await plain(64, 64, 0) }), /^The mask lets nothing change: it has no white pixel/)
  const white = await plain(64, 64, 255)
  assert.match(await refusal({ mask: white, isMaskInverted: true }), /it has no black pixel/)
  const { result } = await predict.edits({ ...asked({ steps: 2 }), film, mask: white })
  assert.equal(result.edit?.changedShare, 1)
})

test('a denoiser of nine channels wants a film and a mask', async () => {
  const model = 'tiny-sd-inpaint'
  await assert.rejects(predict.generations(asked({ model })), { code: 'task_not_supported' })
  assert.match(await refusal({ model }), /^The model changes films behind a mask and does nothing else/)
  const { result } = await predict.edits({ ...asked({ model, steps: 2 }), film, mask: await plain(64, 64, 255) })
  assert.equal(result.denoiserCalls, 3)
})

test('a film that is none, and a model that makes no pictures', async () => {
  assert.match(await refusal({ film: Uint8Array.of(1, 2, 3) }), /./)
  await assert.rejects(predict.generations(asked({ model: 'tiny-clip' })), { code: 'task_not_supported' })
})
