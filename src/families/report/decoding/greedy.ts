import type { Decoding, DecodingFrame, WrittenEnd } from './decoding.js'
import { sumOf } from './decoding.js'
import { logSoftmax } from './log-softmax.js'

/** One text: at each step `pick` chooses a token by the scores that the rules left, given how many there are already. */
export function createSingle(frame: DecodingFrame, pick: (scores: Float64Array, at: number) => number): Decoding {
  const tokens: number[] = []
  const logProbabilities: number[] = []
  let end: WrittenEnd | undefined
  return {
    get rows() {
      const parent = tokens.length === 0 ? -1 : 0
      return end === undefined ? [{ tokens: [frame.begin, ...tokens], parent }] : []
    },
    accept([logits]) {
      const own = logSoftmax(logits!)
      const scores = own.slice()
      for (const rule of frame.rules) rule(scores, [frame.begin, ...tokens])
      const token = pick(scores, tokens.length)
      tokens.push(token)
      logProbabilities.push(own[token]!)
      if (token === frame.end) end = 'stop'
      else if (tokens.length === frame.maxTokens) end = 'length'
    },
    get settled() {
      return { tokens, logProbabilities }
    },
    get best() {
      return { tokens, logProbabilities, score: sumOf(logProbabilities), ...(end && { end }) }
    },
  }
}

/** The likeliest token at each step; of equal ones the lowest id. */
export function createGreedy(frame: DecodingFrame): Decoding {
  return createSingle(frame, likeliest)
}

function likeliest(scores: Float64Array): number {
  let best = 0
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i
  return best
}
