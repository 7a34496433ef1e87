import { levelOfAlpha, type Level } from './clean-sample.js'
import type { Sample, Scheduler } from './scheduler.js'
import { cannot } from './run.js'
import type { Training } from './spec.js'
import { weightedSum, type Values } from './weighted-sum.js'

/** What the samplers share that read alphas at whole timesteps: the denoiser is fed the sample as it is. */
export function alphaSchedule(
  alphas: Float32Array,
  timesteps: readonly number[],
): Omit<Scheduler, 'step' | 'isStochastic'> {
  const beyond = timesteps.find((timestep) => timestep >= alphas.length)
  if (beyond !== undefined) {
    throw cannot(
      `Timestep ${beyond} is past the last of ${alphas.length} that the model knows: make steps_offset smaller.`,
    )
  }
  return {
    timesteps,
    initNoiseSigma: 1,
    scaleInput: (sample) => sample,
    addNoise: (start, noise, call) => noised(start, noise, levelBefore(call)),
  }

  function levelBefore(call: number): Level {
    return call === timesteps.length ? { alpha: 1, sigma: 0 } : levelOfAlpha(alphas[timesteps[call]!]!)
  }
}

export function noised(start: Values, noise: Sample, { alpha, sigma }: Level): Sample {
  return new Float32Array(weightedSum([alpha, start], [sigma, noise]))
}

/** Noise is no answer where nothing of the signal is left: the clean sample would be divided by 0, and nothing cuts it. */
export function refuseBlindNoise(
  name: string,
  { prediction }: Training,
  alphas: Float32Array,
  timesteps: readonly number[],
): void {
  if (prediction !== 'epsilon' || !timesteps.some((timestep) => alphas[timestep] === 0)) return
  throw cannot(
    `${name} cannot start at a timestep without signal with a model that predicts noise: take another spacing.`,
  )
}
