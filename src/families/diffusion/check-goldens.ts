import { AppError } from '../../errors.js'
import { floatsOf } from '../../tensor/float16.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { RunComponent } from '../family.js'
import { componentOf } from '../graph-io.js'
import { tokenFeeds } from '../token-feeds.js'
import { generate, readsNegative } from './generate.js'
import type { DiffusionTextGolden, GenerationGolden } from './golden-spec.js'
import type { DiffusionModel } from './model.js'
import { fillOptions } from './options.js'
import { encodePrompts, preparePrompt } from './texts.js'

interface OnModel {
  readonly model: DiffusionModel
  readonly run: RunComponent
}

/**
 * Runs the pack's own goldens: one sentence for each that does not come out, none when the pack does what its
 * reference did. Throws whatever `run` throws.
 */
export async function checkDiffusionGoldens(on: OnModel): Promise<string[]> {
  const faults: string[] = []
  for (const [at, golden] of on.model.spec.goldens.entries()) {
    const found = await orFault(() => (golden.kind === 'text' ? checkText(on, golden) : checkGeneration(on, golden)))
    faults.push(...found.map((fault) => `Golden ${at} (${golden.kind}): ${fault}`))
  }
  return faults
}

/** A pack whose own goldens give no numbers, or cannot be asked for, does not verify. */
async function orFault(check: () => Promise<string[]>): Promise<string[]> {
  try {
    return await check()
  } catch (error) {
    const codes = ['model_output_invalid', 'invalid_option', 'invalid_text']
    if (error instanceof AppError && codes.includes(error.code)) return [error.message]
    throw error
  }
}

async function checkText({ model, run }: OnModel, golden: DiffusionTextGolden): Promise<string[]> {
  const prompt = preparePrompt(model, golden.text)
  const feeds = tokenFeeds(componentOf(model, 'text_encoder'), [prompt.row], model.spec.text.pad_id ?? 0)
  const ids = Array.from(feeds['input_ids']!.data, Number)
  const [row] = await encodePrompts(model, [prompt], run)
  const values = floatsOf(row!)
  const width = row!.dims.at(-1)!
  return [
    ...(ids.join() === golden.ids.join() ? [] : ['the token ids are others.']),
    ...(golden.first ?? []).flatMap((expected, at) =>
      differs(`value ${at} of the first token`, values[at]!, expected, golden.tolerance),
    ),
    ...(golden.last ?? []).flatMap((expected, at) =>
      differs(`value ${at} of the last token`, values[values.length - width + at]!, expected, golden.tolerance),
    ),
  ]
}

async function checkGeneration({ model, run }: OnModel, golden: GenerationGolden): Promise<string[]> {
  const [width, height] = golden.size
  const asked = {
    seed: BigInt(golden.seed),
    size: { width, height },
    steps: golden.steps,
    guidanceScale: golden.guidance_scale,
    ...(golden.guidance_rescale !== undefined && { guidanceRescale: golden.guidance_rescale }),
    ...(golden.scheduler && { scheduler: golden.scheduler }),
    ...(golden.noise_source && { noiseSource: golden.noise_source }),
  }
  const options = fillOptions(model, asked, {})
  const prompt = preparePrompt(model, golden.prompt)
  const negative = readsNegative(model, options) && preparePrompt(model, negativeOf(model, golden))
  const input = { options, prompt, ...(negative && { negative }), isDeterministic: true }
  const { images } = await generate(model, input, run)
  const levels = grayLevels(images[0]!)
  const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length
  return [
    ...differs('the mean level', mean, golden.mean, golden.tolerance),
    ...golden.samples.flatMap(([column, row, expected]) =>
      differs(`the level at ${column}, ${row}`, levels[row * width + column] ?? NaN, expected, golden.tolerance),
    ),
  ]
}

function negativeOf({ spec }: DiffusionModel, { negative_prompt: own }: GenerationGolden): string {
  return own ?? spec.diffusion.defaults.negative_prompt ?? ''
}

/** Between 0 and 255, not rounded; the mean of three channels. */
function grayLevels(image: Tensor): Float32Array {
  const values = floatsOf(image)
  const channels = image.dims[1]!
  const area = values.length / channels
  const levels = new Float32Array(area)
  for (let i = 0; i < values.length; i++) {
    levels[i % area]! += (Math.min(Math.max(values[i]! / 2 + 0.5, 0), 1) * 255) / channels
  }
  return levels
}

function differs(what: string, found: number, expected: number, tolerance: number): string[] {
  const difference = Math.abs(found - expected)
  // Not `difference > tolerance`: a NaN differs from everything.
  return difference <= tolerance ? [] : [`${what} differs by ${difference.toPrecision(3)}, more than ${tolerance}.`]
}
