/** Values of one sample, flat; a scheduler knows no dims. */
export type Sample = Float32Array<ArrayBuffer>

/**
 * The way of one sample from noise to image under one published sampler: which timesteps the denoiser is asked for and
 * what becomes of its answers. It holds the history that multistep methods need, so every sample has its own.
 * Calls are numbered from 0 and made in order.
 */
export interface Scheduler {
  /** What the denoiser is fed at each call, in order; not always as many as the steps asked for (PNDM makes one more). */
  readonly timesteps: readonly number[]
  /** A start of pure noise is standard normal times this. */
  readonly initNoiseSigma: number
  /** What the denoiser is fed of the sample at a call. */
  scaleInput(sample: Sample, call: number): Sample
  /** Standard normal values that `step` needs at a call are drawn by it through the `noise` that it was made with. */
  step(prediction: Sample, sample: Sample, call: number): Sample
  /** A clean start brought to the noise level at which a call begins; `timesteps.length` gives the clean end. */
  addNoise(start: Sample, noise: Sample, call: number): Sample
}
