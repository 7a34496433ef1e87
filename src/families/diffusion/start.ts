/** Where a picture begins: at noise, or at a film that noise was added to. */
import type { Size } from '../../imaging/geometry.js'
import type { RunComponent } from '../family.js'
import { encodeFilm, maskOfLatents, sampleFilm, type EncodedFilm } from './latents.js'
import type { DiffusionModel } from './model.js'

import { createNoise, type Noise } from './noise/noise.js'
import type { FilledGeneration } from './options.js'
import { createScheduler } from './schedulers/create.js'
import type { Sample, Scheduler } from './schedulers/scheduler.js'
import { latentSize } from './sizes.js'

/** What is changed, float32[channels, height, width] between −1 and 1, and where. */
export interface EditInput {
  readonly film: Sample
  readonly mask?: {
    /** uint8[height, width]: 1 is changed. */
    readonly data: Uint8Array
    /** The film with 0 where it is changed. */
    readonly masked: Sample
  }
}

/** A film as its latents, before any seed was drawn. */
export interface EncodedEdit {
  readonly film: EncodedFilm
  readonly mask?: Sample
  /** For a denoiser that takes it. */
  readonly masked?: EncodedFilm
}

/** One picture at the beginning of its way from noise. */
export interface Picture {
  readonly latents: Sample
  /** The next standard normal values of its seed, as many as it has latents. */
  noise(): Sample
  /** The film's own latents stay where the mask is 0, as far noised as the picture is. */
  readonly kept?: { readonly clean: Sample; readonly noise: Sample; readonly mask: Sample }
  /** Further channels of every sample: the mask, then the masked film. */
  readonly channels?: readonly Sample[]
}

export async function encodeEdit(
  model: DiffusionModel,
  edit: EditInput,
  size: Size,
  run: RunComponent,
): Promise<EncodedEdit> {
  const { mask } = edit
  const isConcat = model.spec.diffusion.inpainting === 'concat'
  const [film, masked] = await Promise.all([
    encodeFilm(model, edit.film, size, run),
    mask && isConcat ? encodeFilm(model, mask.masked, size, run) : undefined,
  ])
  const onLatents = mask && maskOfLatents(mask.data, size, latentSize(model.spec.diffusion, size))
  return { film, ...(onLatents && { mask: onLatents }), ...(masked && { masked }) }
}

/**
 * What is drawn of a seed comes in the order of the reference's pipelines: the film's latents, the noise, the masked film's
 * latents, and then what the sampler draws.
 */
export function startPicture(
  model: DiffusionModel,
  options: FilledGeneration,
  seed: bigint,
  edit: EncodedEdit | undefined,
): Picture {
  const { channels, factor } = model.spec.diffusion.latents
  const count = (channels * options.size.width * options.size.height) / factor ** 2
  const noise = createNoise(options.noiseSource, seed)
  const { steps, startStep } = options
  const draw = (): Sample => noise(count)
  const scheduler = createScheduler(options.scheduler, model.spec.diffusion, { steps, startStep, noise: draw })
  if (edit === undefined) return { latents: pureNoise(scheduler, draw()), noise: draw }
  const draws = { scheduler, noise, edit, count }
  const { mask } = edit
  const start = mask === undefined ? startAtFilm(model, draws) : startBehindMask(model, options, { ...draws, mask })
  return { ...start, noise: draw }
}

type Start = Omit<Picture, 'noise'>

interface Draws {
  readonly scheduler: Scheduler
  readonly noise: Noise
  readonly edit: EncodedEdit
  readonly count: number
}

function pureNoise({ initNoiseSigma }: Scheduler, noise: Sample): Sample {
  return noise.map((value) => value * initNoiseSigma)
}

function startAtFilm(model: DiffusionModel, { scheduler, noise, edit, count }: Draws): Start {
  const clean = sampleFilm(model, edit.film, noise)
  return { latents: scheduler.addNoise(clean, noise(count), 0) }
}

function startBehindMask(
  model: DiffusionModel,
  { strength }: FilledGeneration,
  { scheduler, noise, edit, count, mask }: Draws & { readonly mask: Sample },
): Start {
  const isBlend = model.spec.diffusion.inpainting === 'blend'
  const isFull = strength === 1
  const clean = isBlend || !isFull ? sampleFilm(model, edit.film, noise) : undefined
  const drawn = noise(count)
  const latents = isFull || clean === undefined ? pureNoise(scheduler, drawn) : scheduler.addNoise(clean, drawn, 0)
  // The reference encodes the masked film for every denoiser: where none takes it, what it draws is drawn all the same.
  const masked = sampleFilm(model, edit.masked ?? edit.film, noise)
  if (isBlend && clean !== undefined) return { latents, kept: { clean, noise: drawn, mask } }
  return { latents, channels: [mask, masked] }
}
