const ROUNDS = 10
const FIRST_MULTIPLIER = 0xd2511f53
const SECOND_MULTIPLIER = 0xcd9e8d57
const FIRST_WEYL = 0x9e3779b9
const SECOND_WEYL = 0xbb67ae85

/**
 * Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), in place: the four words of a counter
 * become four random words.
 */
export function philox(words: Uint32Array, keyLow: number, keyHigh: number): void {
  let a = words[0]!
  let b = words[1]!
  let c = words[2]!
  let d = words[3]!
  for (let round = 0; round < ROUNDS; round++) {
    const left = Math.imul(FIRST_MULTIPLIER, a) >>> 0
    const right = Math.imul(SECOND_MULTIPLIER, c) >>> 0
    const leftHigh = high32(FIRST_MULTIPLIER * a, left)
    a = (high32(SECOND_MULTIPLIER * c, right) ^ b ^ keyLow) >>> 0
    c = (leftHigh ^ d ^ keyHigh) >>> 0
    b = right
    d = left
    keyLow = (keyLow + FIRST_WEYL) | 0
    keyHigh = (keyHigh + SECOND_WEYL) | 0
  }
  words[0] = a
  words[1] = b
  words[2] = c
  words[3] = d
}

/** The upper word of a product: its float is off by some 2^11, its lower word is exact, so rounding finds it. */
function high32(product: number, low: number): number {
  return Math.round((product - low) / 2 ** 32)
}
