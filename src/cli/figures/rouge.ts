import { countGrams, matchingGrams } from './grams.js'

/** F-measures of one text against its reference. */
export interface Rouge {
  readonly rouge1: number
  readonly rouge2: number
  readonly rougeL: number
}

/**
 * ROUGE-1, ROUGE-2 and ROUGE-L (Lin, 2004) as Google's rouge-score computes them without stemming: lower-case runs of
 * a–z and 0–9 are the tokens, the figure is the harmonic mean of precision and recall.
 */
export function rouge(said: string, reference: string): Rouge {
  const [a, b] = [tokensOf(said), tokensOf(reference)]
  const ofGrams = (n: number): number => {
    const sizes = [a, b].map((tokens) => Math.max(0, tokens.length - n + 1))
    return harmonic(matchingGrams(countGrams(a, n), countGrams(b, n)), sizes[0]!, sizes[1]!)
  }
  return { rouge1: ofGrams(1), rouge2: ofGrams(2), rougeL: harmonic(longestCommon(a, b), a.length, b.length) }
}

function tokensOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? []
}

function harmonic(matches: number, said: number, reference: number): number {
  return matches === 0 ? 0 : (2 * matches) / (said + reference)
}

/** Length of the longest subsequence that both have. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let above = new Int32Array(b.length + 1)
  for (const token of a) {
    const row = new Int32Array(b.length + 1)
    b.forEach((other, at) => {
      row[at + 1] = token === other ? above[at]! + 1 : Math.max(above[at + 1]!, row[at]!)
    })
    above = row
  }
  return above[b.length]!
}
