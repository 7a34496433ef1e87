import type { Known } from './spec.js'

/** What a text says that the pack knows. */
export interface Understanding {
  /** It holds one of the pack's phrases; always so for a pack that lists none. */
  readonly isKnown: boolean
  /** Words outside the pack's vocabulary, each once, in the order of the text; none for a pack without one. */
  readonly unknownWords: readonly string[]
}

/** Runs of letters and digits in lower case. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

export function understand(known: Known | undefined, text: string): Understanding {
  if (known === undefined) return { isKnown: true, unknownWords: [] }
  const words = wordsOf(text)
  // Spaces at the ends, so that a phrase is found as whole words.
  const line = ` ${words.join(' ')} `
  const isKnown = known.phrases.some((phrase) => line.includes(` ${wordsOf(phrase).join(' ')} `))
  if (known.vocabulary === undefined) return { isKnown, unknownWords: [] }
  const vocabulary = new Set(known.vocabulary.map((word) => word.toLowerCase()))
  return { isKnown, unknownWords: [...new Set(words)].filter((word) => !vocabulary.has(word)) }
}
