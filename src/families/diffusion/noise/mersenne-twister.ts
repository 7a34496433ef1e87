const SIZE = 624
const SHIFT = 397

/** MT19937 (Matsumoto and Nishimura 1998) from a seed of 32 bits: whole numbers in 0..2^32 − 1. */
export function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(SIZE)
  state[0] = seed
  for (let at = 1; at < SIZE; at++) {
    const before = state[at - 1]!
    state[at] = Math.imul(1_812_433_253, before ^ (before >>> 30)) + at
  }
  let next = SIZE

  return () => {
    if (next === SIZE) {
      twist(state)
      next = 0
    }
    return tempered(state[next++]!)
  }
}

function twist(state: Uint32Array): void {
  for (let at = 0; at < SIZE; at++) {
    const mixed = (state[at]! & 0x80000000) | (state[(at + 1) % SIZE]! & 0x7fffffff)
    state[at] = state[(at + SHIFT) % SIZE]! ^ (mixed >>> 1) ^ ((mixed & 1) * 0x9908b0df)
  }
}

function tempered(word: number): number {
  word ^= word >>> 11
  word ^= (word << 7) & 0x9d2c5680
  word ^= (word << 15) & 0xefc60000
  return (word ^ (word >>> 18)) >>> 0
}
