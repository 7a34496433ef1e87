/** The program of the family: prompts, then the denoiser call by call, then the decoder. */
import type { Size } from '../../imaging/geometry.js'
import type { Raster } from '../../imaging/raster.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { RunComponent } from '../family.js'
import { hasInput, componentOf } from '../graph-io.js'
import { denoise, type DenoiserCall } from './denoise.js'
import { decodeLatents } from './latents.js'
import type { DiffusionModel } from './model.js'
import type { FilledGeneration } from './options.js'
import { createPreview } from './preview.js'
import { latentSize } from './sizes.js'
import { encodeEdit, startPicture, type EditInput, type Picture } from './start.js'
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
}

export interface CallProgress {
  /** Calls of the denoiser that are done. */
  readonly step: number
  readonly of: number
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
export async function generate(model: DiffusionModel, input: GenerateInput, run: RunComponent): Promise<Generated> {
  const { options, prompt, negative } = input
  const { size } = options
  const [tokens, edit] = await Promise.all([
    encodePrompts(model, negative === undefined ? [prompt] : [negative, prompt], run),
    input.edit && encodeEdit(model, input.edit, size, run),
  ])
  const pictures = options.seeds.map((seed) => startPicture(model, options, seed, edit))
  const groups = input.isDeterministic ? pictures.map((picture) => [picture]) : [pictures]
  const report = createReport(model, input, { pictures, groups: groups.length })
  const { guidanceScale, guidanceRescale } = options
  const shared = { tokens, guidanceScale, guidanceRescale, latents: latentSize(model.spec.diffusion, size) }
  await Promise.all(
    groups.map((own, at) => denoise(model, { ...shared, pictures: own }, run, (done) => report(at, done))),
  )
  const images = await Promise.all(pictures.map(({ latents }) => decodeLatents(model, latents, size, run)))
  return { images, timesteps: pictures[0]!.scheduler.timesteps }
}

type Report = (group: number, done: DenoiserCall) => void

/** A call is done when all groups have done it. */
function createReport(
  model: DiffusionModel,
  { options, onCall }: GenerateInput,
  { pictures, groups }: { readonly pictures: readonly Picture[]; readonly groups: number },
): Report {
  if (onCall === undefined) return () => undefined
  const { previewEvery, size } = options
  const of = pictures[0]!.scheduler.timesteps.length
  const preview = previewEvery > 0 ? createPreview(model.spec.diffusion) : undefined
  const latents: Size = latentSize(model.spec.diffusion, size)
  const done: DenoiserCall[][] = Array.from({ length: groups }, () => [])
  return (group, call) => {
    done[group]!.push(call)
    const due = done.map(([first]) => first)
    if (due.some((first) => first === undefined)) return
    done.forEach((own) => own.shift())
    const step = call.call + 1
    const isDue = preview !== undefined && step % previewEvery === 0 && step < of
    const previews = isDue ? due.flatMap((own) => preview(own!, latents)) : undefined
    onCall({ step, of, ...(previews && { previews }) })
  }
}
