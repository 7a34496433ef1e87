import { countGrams, matchingGrams } from './grams.js'
import type { Measure } from './weighted.js'

const ORDER = 4

/**
 * Corpus BLEU-4 in 0..1 with one reference a row (Papineni et al., ACL 2002), as sacreBLEU computes it by default: the
 * tokens of mteval-v13a, counts summed over rows, brevity penalty, zero counts smoothed by 1 / 2^k for the k-th of them.
 */
export function corpusBleu(said: readonly string[], references: readonly string[]): Measure {
  const rows = said.map((text, row) => statistics(tokenize13a(text), tokenize13a(references[row]!)))
  return (weights) => {
    const sum = new Float64Array(2 * ORDER + 2)
    rows.forEach((row, at) => row.forEach((value, which) => (sum[which]! += weights[at]! * value)))
    return bleuOf(sum)
  }
}

/** Matches and grams of each order, then the lengths of both. */
function statistics(said: readonly string[], reference: readonly string[]): number[] {
  const orders = Array.from({ length: ORDER }, (_, at) => at + 1)
  const matches = orders.map((n) => matchingGrams(countGrams(said, n), countGrams(reference, n)))
  return [...matches, ...orders.map((n) => Math.max(0, said.length - n + 1)), said.length, reference.length]
}

function bleuOf(sum: Float64Array): number {
  const [length, referenceLength] = [sum[2 * ORDER]!, sum[2 * ORDER + 1]!]
  if (length === 0 || sum[0] === 0) return 0
  let [logarithms, smoothing] = [0, 1]
  for (let n = 0; n < ORDER; n++) {
    const [matches, grams] = [sum[n]!, sum[ORDER + n]!]
    if (grams === 0) return 0
    if (matches === 0) smoothing *= 2
    logarithms += Math.log(matches === 0 ? 1 / (smoothing * grams) : matches / grams)
  }
  const penalty = length < referenceLength ? Math.exp(1 - referenceLength / length) : 1
  return penalty * Math.exp(logarithms / ORDER)
}

/** Case is kept; punctuation is cut off, but not points and commas within numbers. */
export function tokenize13a(text: string): string[] {
  const spaced = ` ${text.replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ')} `
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replace(/([{-~[-` -&(-+:-@/])/g, ' $1 ')
    .replace(/([^0-9])([.,])/g, '$1 $2 ')
    .replace(/([.,])([^0-9])/g, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ')
  return spaced.split(/\s+/).filter((token) => token !== '')
}
