import { randomInt } from 'node:crypto'

/** Seeds that are drawn: those that torch's generator on a CPU tells apart, which any reader of JSON holds exactly. */
const DRAWN_SEEDS = 2 ** 32

/** The seed of a request that named none. */
export function drawSeed(): bigint {
  return BigInt(randomInt(DRAWN_SEEDS))
}
