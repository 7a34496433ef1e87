/** What the tasks `generations` and `edits` take and give. */
import type { NoiseSource } from '../families/diffusion/noise/noise.js'
import type { GenerationOptions } from '../families/diffusion/options.js'
import type { StructuredPrompt } from '../families/diffusion/prompt.js'
import type { FilledSchedulerSpec } from '../families/diffusion/schedulers/defaults.js'
import type { PromptRead } from '../families/diffusion/texts.js'
import type { Size } from '../imaging/geometry.js'
import type { Raster } from '../imaging/raster.js'
import type { ComposedImage } from '../imaging/synthesis/compose.js'
import type { TaskRequest } from './answer.js'
import type { EncodedImage } from './stages.js'

/** What is left out is the pack's own; without a seed one is drawn. */
export interface GenerationsRequest extends TaskRequest, Omit<GenerationOptions, 'seed' | 'strength'> {
  /** A text, or values for the fields of the pack's template. */
  readonly prompt: string | StructuredPrompt
  readonly negativePrompt?: string
  readonly seed?: bigint
  readonly onProgress?: (progress: GenerationProgress) => void
  /** Steps that take no longer may be told together; left out, each is told before the next one is made. */
  readonly progressEveryMs?: number
}

export interface EditsRequest extends GenerationsRequest {
  readonly film: EncodedImage
  /**
   * Of the film's size. White (gray of 128 and more) is changed, black is kept; where the file has transparent pixels, these
   * are changed and the others kept.
   */
  readonly mask?: EncodedImage
  /** Black is changed instead. */
  readonly isMaskInverted?: boolean
  /** Above 0, at most 1: the share of the steps that are done. */
  readonly strength?: number
}

export interface GenerationProgress {
  /** Calls of the denoiser that are done; all images of a request go together. */
  readonly step: number
  readonly of: number
  /** Until the end, from the time of the steps so far. */
  readonly etaMs: number
  /** Gray, one a image, at the size of the latents; only at steps that `previewEvery` asks for. */
  readonly previews?: readonly Raster[]
}

/** 16 bits over the full range; gray, or RGB where the pack says so. An 8-bit level v of a film that is kept is v · 257. */
export interface GeneratedImage extends ComposedImage {
  readonly seed: bigint
}

/** What was done, with every default filled in. */
export interface GenerationsResult {
  readonly images: readonly GeneratedImage[]
  readonly size: Size
  readonly prompt: PromptRead
  /** None where it was not read, because the guidance is 1 or less. */
  readonly negativePrompt?: PromptRead
  readonly noiseSource: NoiseSource
  readonly scheduler: FilledSchedulerSpec
  /** What the denoiser was asked for at each call, in order. */
  readonly timesteps: readonly number[]
  readonly denoiserCalls: number
  /** Asked for; an edit of strength s does floor(steps · s) of them. */
  readonly steps: number
  readonly guidanceScale: number
  readonly guidanceRescale: number
  readonly edit?: EditReport
  /** Time in the runtime by role, in milliseconds: `text_encoder`, `latent_encoder`, `denoiser`, `latent_decoder`. */
  readonly runMs: Readonly<Record<string, number>>
}

export interface EditReport {
  readonly strength: number
  /** The film as it was sent. */
  readonly film: Size
  /** Share of the answer's pixels that the mask lets change; none without a mask. */
  readonly changedShare?: number
}
