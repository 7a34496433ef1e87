import type { Noise } from './noise.js'
import { philox } from '../../philox.js'

/**
 * `torch.randn` in float32 on a CUDA device after `manual_seed`. Thread i of a draw fills element i with the first value of
 * its own Philox block, and every draw moves the counter on by one block. That is so while a draw has no more elements than
 * the device has resident threads (multiprocessors × threads of each, 40,960 on a T4, 221,184 on an A100); beyond that the
 * order depends on the device, and what is drawn here is that of a larger one.
 */
export function torchCudaNoise(seed: bigint): Noise {
  const low = Number(BigInt.asUintN(32, seed))
  const high = Number(BigInt.asUintN(32, seed >> 32n))
  const words = new Uint32Array(4)
  let draws = 0

  return (count) => {
    const values = new Float32Array(count)
    for (let at = 0; at < count; at++) {
      words[0] = draws
      words[1] = 0
      words[2] = at
      words[3] = 0
      philox(words, low, high)
      values[at] = normal(words[0], words[1])
    }
    draws++
    return values
  }
}

/** The first value of Box and Muller's pair as cuRAND makes it, from the middles of 2^32 intervals. A device does
 * the same in float32, with a fast sine, and so is off by about 1e-6. */
function normal(first: number, second: number): number {
  const uniform = (first + 0.5) / 2 ** 32
  const angle = 2 * Math.PI * ((second + 0.5) / 2 ** 32)
  return Math.sqrt(-2 * Math.log(uniform)) * Math.sin(angle)
}
