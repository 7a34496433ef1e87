import type { Decoding, DecodingFrame, Single } from './decoding.js'
import { sumOf } from './decoding.js'
import { createScores, logNormalizer } from './scores.js'

/** Chooses a token by the scores that the rules left, given how many there are already. */
export type Pick = (scores: Float64Array, at: number) => number

/** One text, from its beginning where there is no `state`. */
export function createSingle(
  frame: DecodingFrame,
  pick: Pick,
  state: Single = { kind: 'single', tokens: [], logProbabilities: [] },
): Decoding {
  const { tokens, logProbabilities } = state
  const scoresOf = createScores()
  return {
    state,
    get rows() {
      const parent = tokens.length === 0 ? -1 : 0
      return state.end === undefined ? [{ tokens: [frame.begin, ...tokens], parent }] : []
    },
    accept([logits]) {
      const shift = logNormalizer(logits!)
      const scores = scoresOf(0, logits!, shift)
      for (const rule of frame.rules) rule(scores, [frame.begin, ...tokens])
      const token = pick(scores, tokens.length)
      tokens.push(token)
      logProbabilities.push(logits![token]! - shift)
      if (token === frame.end) state.end = 'stop'
      else if (tokens.length === frame.maxTokens) state.end = 'length'
    },
    get settled() {
      return { tokens, logProbabilities }
    },
    get best() {
      const { end } = state
      return { tokens, logProbabilities, score: sumOf(logProbabilities), ...(end && { end }) }
    },
  }
}

/** The likeliest token at each step; of equal ones the lowest id. */
export function createGreedy(frame: DecodingFrame, state?: Single): Decoding {
  return createSingle(frame, likeliest, state)
}

function likeliest(scores: Float64Array): number {
  let best = 0
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i
  return best
}
