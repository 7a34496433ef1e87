import { AppError } from '../../../errors.js'

/**
 * Logarithm of Σ exp(logit), in float64: a logit less this is the logarithm of its probability. A logit of −∞ is a token that
 * never comes. Throws `model_output_invalid` for NaN or +∞, and where no token can come.
 */
export function logNormalizer(logits: Float32Array): number {
  let top = -Infinity
  for (let i = 0; i < logits.length; i++) {
    const value = logits[i]!
    // Not `value === Infinity || isNaN`: one comparison that NaN fails too.
    if (!(value < Infinity)) throw unusable()
    if (value > top) top = value
  }
  if (top === -Infinity) throw unusable()
  let sum = 0
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - top)
  return top + Math.log(sum)
}

/**
 * A step's scores, one float64[vocabulary] for each of its rows, in memory that the next step uses again: of a large
 * vocabulary it would otherwise be asked of the system anew for every token.
 */
export function createScores(): (row: number, logits: Float32Array, shift: number) => Float64Array {
  const kept: Float64Array[] = []
  return (row, logits, shift) => {
    const scores = (kept[row] ??= new Float64Array(logits.length))
    for (let i = 0; i < logits.length; i++) scores[i] = logits[i]! - shift
    return scores
  }
}

function unusable(): AppError {
  return new AppError('model_output_invalid', 'The decoder gave values that are no numbers.')
}
