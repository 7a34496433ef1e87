/** Between pictures and what the denoiser sees of them. */
import { AppError } from '../../errors.js'
import type { Size } from '../../imaging/geometry.js'
import { floatsOf, floatTensor } from '../../tensor/float16.js'
import type { Tensor } from '../../tensor/tensor.js'
import { specOfKind } from '../tensor-specs.js'
import type { RunComponent } from '../family.js'
import { componentOf, feedsByKind, hasOutput, kindOf, outputNames, outputsByKind } from '../graph-io.js'
import type { DiffusionModel } from './model.js'
import type { Noise } from './noise/noise.js'
import type { Sample } from './schedulers/scheduler.js'
import { latentSize } from './sizes.js'

/** Between which a log variance is taken: as the reference's Gaussian of a latent encoder. */
const LEAST_LOG_VARIANCE = -30
const MOST_LOG_VARIANCE = 20

/** What the latent encoder says of a picture: means and log variances, or latents alone. */
export interface EncodedFilm {
  readonly means: Sample
  readonly logVariances?: Sample
}

/** `film`: float32[channels, height, width] between −1 and 1. */
export async function encodeFilm(
  model: DiffusionModel,
  film: Sample,
  { width, height }: Size,
  run: RunComponent,
): Promise<EncodedFilm> {
  const encoder = componentOf(model, 'latent_encoder')
  const { dtype } = specOfKind(encoder.inputs, 'image')!
  const dims = [1, model.spec.diffusion.image.channels, height, width]
  const kind = hasOutput(encoder, 'moments') ? 'moments' : 'latents'
  const feeds = feedsByKind(encoder, { image: floatTensor(dtype, dims, film) })
  const outputs = outputsByKind(encoder, await run('latent_encoder', feeds, outputNames(encoder, [kind])))
  const values = floatsOf(kindOf(outputs, kind))
  const latents = latentSize(model.spec.diffusion, { width, height })
  const count = model.spec.diffusion.latents.channels * latents.width * latents.height
  if (values.length !== (kind === 'moments' ? 2 * count : count)) {
    throw new AppError('model_output_invalid', 'The latent encoder gave latents of another size.')
  }
  if (kind === 'latents') return { means: values }
  return { means: values.slice(0, count), logVariances: values.slice(count) }
}

/** Latents as the denoiser sees them; moments are sampled with the next values of `noise`. */
export function sampleFilm({ spec }: DiffusionModel, { means, logVariances }: EncodedFilm, noise: Noise): Sample {
  const { scale, shift = 0 } = spec.diffusion.latents
  const normal = logVariances && noise(means.length)
  const latents = new Float32Array(means.length)
  for (let i = 0; i < latents.length; i++) {
    latents[i] = (means[i]! + deviationOf(logVariances?.[i]) * (normal?.[i] ?? 0) - shift) * scale
  }
  return latents
}

function deviationOf(logVariance: number | undefined): number {
  if (logVariance === undefined) return 0
  return Math.exp(0.5 * Math.min(Math.max(logVariance, LEAST_LOG_VARIANCE), MOST_LOG_VARIANCE))
}

/** [1, channels, height, width] between −1 and 1, float32 or float16 as the graph gives it. */
export async function decodeLatents(
  model: DiffusionModel,
  latents: Sample,
  size: Size,
  run: RunComponent,
): Promise<Tensor> {
  const decoder = componentOf(model, 'latent_decoder')
  const { channels, scale, shift = 0 } = model.spec.diffusion.latents
  const { width, height } = latentSize(model.spec.diffusion, size)
  const values = latents.map((value) => value / scale + shift)
  const feed = floatTensor(specOfKind(decoder.inputs, 'latents')!.dtype, [1, channels, height, width], values)
  const feeds = feedsByKind(decoder, { latents: feed })
  const outputs = await run('latent_decoder', feeds, outputNames(decoder, ['image']))
  const image = kindOf(outputsByKind(decoder, outputs), 'image')
  const expected = [1, model.spec.diffusion.image.channels, size.height, size.width]
  if (image.dims.join() !== expected.join()) {
    throw new AppError('model_output_invalid', 'The latent decoder gave a picture of another size.')
  }
  return image
}

/** `mask`, uint8[height, width], at the size of the latents: the nearest above and to the left, as torch's `nearest`. */
export function maskOfLatents(mask: Uint8Array, size: Size, latents: Size): Sample {
  const values = new Float32Array(latents.width * latents.height)
  for (let y = 0; y < latents.height; y++) {
    const row = Math.floor((y * size.height) / latents.height) * size.width
    for (let x = 0; x < latents.width; x++) {
      values[y * latents.width + x] = mask[row + Math.floor((x * size.width) / latents.width)]!
    }
  }
  return values
}
