/** A look at a picture that is not done. */
import type { Size } from '../../imaging/geometry.js'
import type { Raster } from '../../imaging/raster.js'
import type { SeenCall } from './denoiser.js'
import { cumulativeAlphas } from './schedulers/alphas.js'
import type { Sample } from './schedulers/scheduler.js'
import type { DiffusionSection } from './spec.js'

/** Makes previews of a pack that has a map from latents to gray; `undefined` for others. */
export type Preview = (done: SeenCall, size: Size) => Raster[]

export function createPreview(section: DiffusionSection): Preview | undefined {
  const { preview, prediction } = section
  if (preview === undefined) return undefined
  const alphas = cumulativeAlphas(section)
  return ({ timestep, seen }, size) => {
    const alpha = alphas[Math.min(Math.round(timestep), alphas.length - 1)]!
    return seen.map((own) => grayOf(cleanOf(prediction, alpha, own), size, preview))
  }
}

/**
 * The end that the prediction points to (Song et al. 2010.02502, equation 9; Salimans and Ho 2202.00512 for v): what a
 * denoiser sees is √ᾱ · clean + √(1 − ᾱ) · noise under every sampler.
 */
function cleanOf(
  kind: DiffusionSection['prediction'],
  alpha: number,
  { sample, prediction }: SeenCall['seen'][number],
): Sample {
  if (kind === 'sample') return prediction
  const [signal, noise] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)]
  if (kind === 'v_prediction') return sample.map((value, i) => signal * value - noise * prediction[i]!)
  // Where no signal is left, noise points nowhere.
  const share = Math.max(signal, 1e-4)
  return sample.map((value, i) => (value - noise * prediction[i]!) / share)
}

function grayOf(clean: Sample, { width, height }: Size, map: NonNullable<DiffusionSection['preview']>): Raster {
  const area = width * height
  const data = new Uint8Array(area)
  for (let i = 0; i < area; i++) {
    const gray = map.weights.reduce((sum, weight, channel) => sum + weight * clean[channel * area + i]!, map.bias)
    data[i] = Math.round(Math.min(Math.max(gray, 0), 1) * 255)
  }
  return { width, height, channels: 1, data }
}
