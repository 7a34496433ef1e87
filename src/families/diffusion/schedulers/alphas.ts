import { AppError } from '../../../errors.js'
import type { Betas, Training } from './spec.js'

const f32 = Math.fround

/**
 * How much of the clean sample is left at each training timestep: the running product of 1 − beta, values in (0, 1], or 0
 * at the last of a schedule that was rescaled. Rounded to float32 where the reference library stores float32, because
 * 1 − alpha near one and near zero would tell the difference.
 *
 * Throws `model_invalid` where betas are given and are not as many as the training timesteps.
 */
export function cumulativeAlphas(training: Training): Float32Array {
  const betas = betasOf(training.betas, training.train_steps)
  const alphas = running(betas.map((beta) => 1 - beta))
  return training.betas.rescale_zero_terminal_snr === true ? rescaled(alphas) : alphas
}

/** As `cumulativeAlphas`, with a last value that a sampler can divide by: the least float16 above zero. */
export function divisibleAlphas(training: Training): Float32Array {
  const alphas = cumulativeAlphas(training)
  if (training.betas.rescale_zero_terminal_snr === true) alphas[alphas.length - 1] = 2 ** -24
  return alphas
}

function betasOf(betas: Betas, count: number): Float32Array {
  switch (betas.schedule) {
    case 'linear':
      return evenly(betas.start, betas.end, count)
    case 'scaled_linear':
      return evenly(Math.sqrt(betas.start), Math.sqrt(betas.end), count).map((root) => root * root)
    case 'squaredcos_cap_v2':
      return Float32Array.from({ length: count }, (_, at) =>
        Math.min(1 - cosine(at + 1, count) / cosine(at, count), 0.999),
      )
    case 'given':
      if (betas.values.length !== count) {
        throw new AppError('model_invalid', `There are ${betas.values.length} betas for ${count} training timesteps.`)
      }
      return Float32Array.from(betas.values)
  }
}

/** Counted from the nearer end in float32, as torch does. */
function evenly(from: number, to: number, count: number): Float32Array {
  if (count === 1) return Float32Array.of(from)
  const [start, end] = [f32(from), f32(to)]
  const step = f32(f32(end - start) / (count - 1))
  return Float32Array.from({ length: count }, (_, at) =>
    at < count >> 1 ? start + step * at : end - step * (count - 1 - at),
  )
}

/** Nichol and Dhariwal 2021 (2102.09672), equation 17, with s = 0.008. */
function cosine(at: number, count: number): number {
  return Math.cos(((at / count + 0.008) / 1.008) * (Math.PI / 2)) ** 2
}

function running(factors: Float32Array): Float32Array {
  let product = 1
  return factors.map((factor) => (product *= factor))
}

/** Lin et al. 2023 (2305.08891), algorithm 1, on to betas and back. */
function rescaled(alphas: Float32Array): Float32Array {
  const roots = alphas.map(Math.sqrt)
  const [first, last] = [roots[0]!, roots.at(-1)!]
  const scale = f32(first / f32(first - last))
  const shifted = roots.map((root) => f32(f32(root - last) * scale) ** 2)
  const betas = shifted.map((alpha, at) => 1 - (at === 0 ? alpha : f32(alpha / shifted[at - 1]!)))
  return running(betas.map((beta) => 1 - beta))
}
