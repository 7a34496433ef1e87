/** Numbers that are the same in every run of a benchmark. */
export interface Random {
  /** In [0, 1). */
  next(): number
}

/** mulberry32: 32 bits of state, good enough for weights, noise and arrival times. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
    },
  }
}

/** Time to the next arrival of a Poisson process of this rate. */
export function exponential(random: Random, ratePerSecond: number): number {
  return -Math.log(1 - random.next()) / ratePerSecond
}
