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

/** Whether a text holds one of the phrases, as whole words in a row. */
export function holdsPhrase(text: string, phrases: readonly string[]): boolean {
  // Spaces at the ends, so that a phrase is found as whole words.
  const line = ` ${wordsOf(text).join(' ')} `
  return phrases.some((phrase) => line.includes(` ${wordsOf(phrase).join(' ')} `))
}

export function understand(known: Known | undefined, text: string): Understanding {
  if (known === undefined) return { isKnown: true, unknownWords: [] }
  const isKnown = holdsPhrase(text, known.phrases)
  if (known.vocabulary === undefined) return { isKnown, unknownWords: [] }
  const vocabulary = new Set(known.vocabulary.map((word) => word.toLowerCase()))
  return { isKnown, unknownWords: [...new Set(wordsOf(text))].filter((word) => !vocabulary.has(word)) }
}
