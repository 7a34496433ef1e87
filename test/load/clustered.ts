/** Vectors that lie in clusters, as embeddings of films do: the same in every run. */
import { createRandom, type Random } from './random.js'

export interface Clusters {
  /** float32[dimensions] of unit length. */
  next(): Float32Array
}

/**
 * Unit vectors around `count` centres on the sphere. `spread` is the length of the noise that is added to a centre, so
 * that the cosine between two of one cluster is about 1 / (1 + spread²).
 */
export function createClusters(options: {
  readonly seed: number
  readonly dimensions: number
  readonly count: number
  readonly spread: number
}): Clusters {
  const { dimensions, count, spread } = options
  const random = createRandom(options.seed)
  const centres = Array.from({ length: count }, () => unit(normals(random, dimensions)))
  return {
    next() {
      const centre = centres[Math.floor(random.next() * count)]!
      const noise = normals(random, dimensions)
      const scale = spread / Math.sqrt(dimensions)
      return unit(centre.map((value, at) => value + scale * noise[at]!))
    },
  }
}

/** Box and Muller's. */
function normals(random: Random, count: number): Float32Array {
  const values = new Float32Array(count)
  for (let at = 0; at < count; at += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()))
    const angle = 2 * Math.PI * random.next()
    values[at] = radius * Math.cos(angle)
    if (at + 1 < count) values[at + 1] = radius * Math.sin(angle)
  }
  return values
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}
