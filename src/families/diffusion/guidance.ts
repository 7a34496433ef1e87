/** Classifier-free guidance: what is made of the predictions without and with the prompt. */
import type { Sample } from './schedulers/scheduler.js'

/**
 * u + g · (c − u) (Ho and Salimans 2207.12598, as every Stable Diffusion pipeline has it). With `rescale` φ above 0, the
 * result's deviation is brought towards that of c, φ of the way (Lin et al. 2305.08891, equations 15 and 16).
 */
export function guide(without: Sample, withPrompt: Sample, scale: number, rescale: number): Sample {
  const guided = new Float32Array(without.length)
  for (let i = 0; i < guided.length; i++) guided[i] = without[i]! + scale * (withPrompt[i]! - without[i]!)
  if (rescale === 0) return guided
  const factor = rescale * (deviation(withPrompt) / deviation(guided)) + (1 - rescale)
  for (let i = 0; i < guided.length; i++) guided[i]! *= factor
  return guided
}

/** With n − 1 below, as torch's `std`. */
function deviation(values: Sample): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  const mean = sum / values.length
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2
  return Math.sqrt(squares / (values.length - 1))
}

/**
 * The guidance as a denoiser takes it that was distilled with it inside: sines, then cosines, of 1000 · (g − 1) at `width`/2
 * frequencies from 1 down to 1/10,000 (Luo et al. 2310.04378, the input `timestep_cond` of its exports).
 */
export function guidanceEmbedding(scale: number, width: number): Float32Array<ArrayBuffer> {
  const half = Math.floor(width / 2)
  const values = new Float32Array(width)
  for (let i = 0; i < half; i++) {
    const angle = (scale - 1) * 1000 * Math.exp((-Math.log(10_000) * i) / (half - 1))
    values[i] = Math.sin(angle)
    values[half + i] = Math.cos(angle)
  }
  return values
}
