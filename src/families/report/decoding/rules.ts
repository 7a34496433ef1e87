/** What may not come next. */
import type { LogitsRule } from './decoding.js'

/**
 * No run of `size` tokens comes twice, the begin token counted: a token that would end one that is there already is barred
 * (Paulus et al. 1705.04304, section 2.5; `no_repeat_ngram_size` of Hugging Face's `generate`).
 */
export function noRepeatedNgram(size: number): LogitsRule {
  return (scores, tokens) => {
    const tail = tokens.length - (size - 1)
    for (let at = 0; at + size <= tokens.length; at++) {
      let isSame = true
      for (let i = 0; i < size - 1 && isSame; i++) isSame = tokens[at + i] === tokens[tail + i]
      if (isSame) scores[tokens[at + size - 1]!] = -Infinity
    }
  }
}

/** No token twice in a row: the search of REFERS (df7e83e) and of VirTex, which it took it from. */
export const noRepeatedLast: LogitsRule = (scores, tokens) => {
  scores[tokens.at(-1)!] = -Infinity
}
