import type { Sample } from '../schedulers/scheduler.js'
import { torchCpuNoise } from './torch-cpu.js'
import { torchCudaNoise } from './torch-cuda.js'

/** Whose random numbers: those of torch on a CPU (MT19937) or on a CUDA device (Philox). */
export const NOISE_SOURCES = ['torch-cpu', 'torch-cuda'] as const
export type NoiseSource = (typeof NOISE_SOURCES)[number]

/**
 * A torch generator after `manual_seed`: every draw goes on where the last one ended. The next `count` standard normal
 * values, in the order of the flat float32 tensor that `torch.randn` would fill.
 */
export type Noise = (count: number) => Sample

const SOURCES: Readonly<Record<NoiseSource, (seed: bigint) => Noise>> = {
  'torch-cpu': torchCpuNoise,
  'torch-cuda': torchCudaNoise,
}

/** `seed` in 0..2^64 − 1. */
export function createNoise(source: NoiseSource, seed: bigint): Noise {
  return SOURCES[source](seed)
}
