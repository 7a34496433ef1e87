import { AppError } from '../../../errors.js'

/**
 * Logarithms of probabilities, in float64. A logit of −∞ is a token that never comes. Throws `model_output_invalid` for NaN
 * or +∞, and where no token can come.
 */
export function logSoftmax(logits: Float32Array): Float64Array {
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
  const shift = top + Math.log(sum)
  const values = new Float64Array(logits.length)
  for (let i = 0; i < logits.length; i++) values[i] = logits[i]! - shift
  return values
}

function unusable(): AppError {
  return new AppError('model_output_invalid', 'The decoder gave values that are no numbers.')
}
