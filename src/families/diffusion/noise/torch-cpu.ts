import { mersenneTwister } from './mersenne-twister.js'
import type { Noise } from './noise.js'

/** From this many values on torch fills a tensor in blocks. */
const BLOCK = 16
const HALF = BLOCK / 2

const f32 = Math.fround
const TWO_PI = f32(2 * Math.PI)

/**
 * `torch.randn` in float32 on a CPU after `manual_seed`. The generator sees the low 32 bits of the seed alone.
 *
 * Both ways are the transform of Box and Muller (1958): below 16 values one by one in double precision, the second value
 * of a pair kept for the next such call; from 16 on in blocks of 16, where a rest that fills no block redraws the last 16.
 */
export function torchCpuNoise(seed: bigint): Noise {
  const random = mersenneTwister(Number(BigInt.asUintN(32, seed)))
  let kept: number | undefined

  return (count) => (count < BLOCK ? Float32Array.from({ length: count }, single) : inBlocks(count))

  function single(): number {
    if (kept !== undefined) {
      const value = kept
      kept = undefined
      return value
    }
    const angle = 2 * Math.PI * uniform53()
    const radius = Math.sqrt(-2 * Math.log1p(-uniform53()))
    kept = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  function inBlocks(count: number): Float32Array<ArrayBuffer> {
    const values = new Float32Array(count)
    for (let at = 0; at < count; at++) values[at] = uniform24()
    for (let at = 0; at + BLOCK <= count; at += BLOCK) transformBlock(values, at)
    if (count % BLOCK === 0) return values
    for (let at = count - BLOCK; at < count; at++) values[at] = uniform24()
    transformBlock(values, count - BLOCK)
    return values
  }

  function uniform24(): number {
    return (random() & 0xffffff) / 2 ** 24
  }

  /** The first word is the high one; 53 bits of the two are used. */
  function uniform53(): number {
    const high = random() & 0x1fffff
    return (high * 2 ** 32 + random()) / 2 ** 53
  }
}

/** In float32 throughout, as torch has it: the angle's rounding is more than the tolerance away from the exact one. */
function transformBlock(values: Float32Array, from: number): void {
  for (let at = from; at < from + HALF; at++) {
    const radius = f32(Math.sqrt(f32(-2 * f32(Math.log(1 - values[at]!)))))
    const angle = f32(TWO_PI * values[at + HALF]!)
    values[at] = radius * f32(Math.cos(angle))
    values[at + HALF] = radius * f32(Math.sin(angle))
  }
}
