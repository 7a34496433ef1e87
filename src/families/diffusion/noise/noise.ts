import type { Sample } from '../schedulers/scheduler.js'

/** Whose random numbers: those of torch on a CPU (MT19937) or on a CUDA device (Philox). */
export const NOISE_SOURCES = ['torch-cpu', 'torch-cuda'] as const
export type NoiseSource = (typeof NOISE_SOURCES)[number]

/**
 * A torch generator after `manual_seed`: every draw goes on where the last one ended. The next `count` standard normal
 * values, in the order of the flat float32 tensor that `torch.randn` would fill.
 */
export type Noise = (count: number) => Sample
