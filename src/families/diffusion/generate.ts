/** The program of the family: prompts, then the denoiser call by call, then the decoder. */
import type { Size } from '../../imaging/geometry.js'
import type { Raster } from '../../imaging/raster.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { RunComponent } from '../family.js'
import { hasInput, componentOf } from '../graph-io.js'
import { stepByStep, type RunLoop } from '../loop.js'
import { denoise, type CallDone, type OnCall } from './denoise.js'
import { decodeLatents } from './latents.js'
import type { DiffusionModel } from './model.js'
import type { FilledGeneration } from './options.js'
import { createPreview, type Preview } from './preview.js'
import { latentSize } from './sizes.js'
import { encodeEdit, startPicture, type EditInput } from './start.js'
import { encodePrompts, type PreparedPrompt } from './texts.js'

export interface GenerateInput {
  readonly options: FilledGeneration
  readonly prompt: PreparedPrompt
  /** None where it is not read: `readsNegative`. */
  readonly negative?: PreparedPrompt
  readonly edit?: EditInput
  /** Every picture has runs of its own, so that it is the same bit for bit as one that is asked for alone. */
  readonly isDeterministic: boolean
  readonly onCall?: (progress: CallProgress) => void
  /** Of a `LoopCall`: how long `onCall` may be kept waiting for calls that are done. */
  readonly toldEveryMs?: number
}

export interface CallProgress {
  /** Calls of the denoiser that are done. */
  readonly step: number
  readonly of: number
  /** Calls that are done by now: several may be when the first of them is told. */
  readonly done: number
  /** One a picture, where one is due; of 8 bits and the size of the latents. */
  readonly previews?: readonly Raster[]
}

export interface Generated {
  /** By seed: [1, channels, height, width] between −1 and 1, float32 or float16. */
  readonly images: readonly Tensor[]
  /** Of every call of the denoiser. */
  readonly timesteps: readonly number[]
}

/** Whether the pack reads a negative prompt: with guidance above 1, unless guidance was distilled into it. */
export function readsNegative(
  model: DiffusionModel,
  { guidanceScale }: Pick<FilledGeneration, 'guidanceScale'>,
): boolean {
  return guidanceScale > 1 && !hasInput(componentOf(model, 'denoiser'), 'guidance_embedding')
}

/** Throws `model_output_invalid`, and whatever `run` throws. */
export async function generate(
  model: DiffusionModel,
  input: GenerateInput,
  run: RunComponent,
  advance: RunLoop = stepByStep(run),
): Promise<Generated> {
  const { options, prompt, negative } = input
  const { size, scheduler, steps, startStep, guidanceScale, guidanceRescale } = options
  const [tokens, edit] = await Promise.all([
    encodePrompts(model, negative === undefined ? [prompt] : [negative, prompt], run),
    input.edit && encodeEdit(model, input.edit, size, run),
  ])
  const pictures = options.seeds.map((seed) => startPicture(model, options, seed, edit))
  const groups = input.isDeterministic ? pictures.map((picture) => [picture]) : [pictures]
  const latents = latentSize(model.spec.diffusion, size)
  const preview = input.onCall && options.previewEvery > 0 ? createPreview(model.spec.diffusion) : undefined
  const report = createReport(input, { preview, latents, groups: groups.length })
  const ask = { scheduler, steps, startStep, guidanceScale, guidanceRescale }
  const shared = { ...ask, tokens, latents, keepsSeen: preview !== undefined, toldEveryMs: input.toldEveryMs }
  const ends = await Promise.all(
    groups.map((own, at) => denoise(model, { ...shared, pictures: own }, advance, report(at))),
  )
  const clean = ends.flatMap((end) => end.latents)
  const images = await Promise.all(clean.map((own) => decodeLatents(model, own, size, run)))
  return { images, timesteps: ends[0]!.timesteps }
}

interface Reported {
  readonly preview: Preview | undefined
  readonly latents: Size
  readonly groups: number
}

/** What each group tells its calls to: a call is done when all groups have done it. */
function createReport(
  { options: { previewEvery }, onCall }: GenerateInput,
  { preview, latents, groups }: Reported,
): (group: number) => OnCall {
  const told: CallDone[][] = Array.from({ length: groups }, () => [])
  return (group) => (call) => {
    told[group]!.push(call)
    if (told.some(({ length }) => length === 0)) return
    const due = told.map((own) => own.shift()!)
    const { of } = call
    const step = call.call + 1
    const done = Math.min(...due.map((own) => own.done))
    const isDue = preview !== undefined && step % previewEvery === 0 && step < of
    const previews = isDue ? due.flatMap(({ seen }) => (seen === undefined ? [] : preview(seen, latents))) : undefined
    onCall?.({ step, of, done, ...(previews && { previews }) })
  }
}
