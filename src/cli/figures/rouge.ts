import { l, n } from 'js-rouge'

/** F-measures of one text against its reference. */
export interface Rouge {
  readonly rouge1: number
  readonly rouge2: number
  readonly rougeL: number
}

/**
 * ROUGE-1, ROUGE-2 and ROUGE-L (Lin, 2004) with the tokens of Google's rouge-score without stemming: runs of a–z and 0–9
 * in lower case, the whole text as one sentence. The figure is the harmonic mean of precision and recall.
 */
export function rouge(said: string, reference: string): Rouge {
  const ofGrams = (size: number): number => {
    // The library has no grams of a text that is too short for them.
    if (Math.min(tokensOf(said).length, tokensOf(reference).length) < size) return 0
    return n(said, reference, { n: size, tokenizer: tokensOf })
  }
  const isEmpty = tokensOf(said).length === 0 || tokensOf(reference).length === 0
  const rougeL = isEmpty ? 0 : l(said, reference, { tokenizer: tokensOf, segmenter: (text) => [text] })
  return { rouge1: ofGrams(1), rouge2: ofGrams(2), rougeL }
}

function tokensOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? []
}
