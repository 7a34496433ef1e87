import type { Values } from './weighted-sum.js'

/** Values of one sample, flat; a scheduler knows no dims. */
export type Sample = Float32Array<ArrayBuffer>

/** What the calls to come need of those before, as plain data. */
export interface History {
  /** Predictions, slopes or clean samples, newest first. */
  found: readonly Values[]
  /** The sample that the step under way began from. */
  begun?: Values
  /** What a step of several calls has added up so far. */
  collected?: Float64Array
  /** Of the method at the call before. */
  order?: number
}

/**
 * The way of one sample from noise to image under one published sampler: which timesteps the denoiser is asked for and
 * what becomes of its answers. It holds the history that multistep methods need, so every sample has its own.
 * Calls are numbered from 0 and made in order. What is handed in is never written to, but may be kept until the end.
 */
export interface Scheduler {
  /** What the denoiser is fed at each call, in order; not always as many as the steps asked for (PNDM makes one more). */
  readonly timesteps: readonly number[]
  /** A start of pure noise is standard normal times this. */
  readonly initNoiseSigma: number
  /** Some of its calls draw noise. */
  readonly isStochastic: boolean
  /** What the denoiser is fed of the sample at a call. */
  scaleInput(sample: Sample, call: number): Sample
  /** Standard normal values that `step` needs at a call are drawn by it through the `noise` that it was made with. */
  step(prediction: Sample, sample: Sample, call: number): Sample
  /** A clean start brought to the noise level at which a call begins; `timesteps.length` gives the clean end. */
  addNoise(start: Sample, noise: Sample, call: number): Sample
}
