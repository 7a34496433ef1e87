import { setImmediate } from 'node:timers/promises'
import { abortReason, AppError } from '../errors.js'
import type { Clock } from '../ports.js'
import type { EncodedText, Tokenizer } from '../text/tokenizer.js'

/** Longest time in milliseconds that texts are encoded before the event loop gets its turn; one text is not divided. */
const TURN_MS = 4

/**
 * Encodes the texts of a request and gives a tokenizer that knows them, so that a family can ask for all of them at once.
 * Hundreds of long texts would else be one turn of the event loop. A text that cannot be encoded throws when it is asked
 * for, not here.
 */
export async function readTexts(
  tokenizer: Tokenizer,
  texts: readonly string[],
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Tokenizer> {
  const known = new Map<string, EncodedText | AppError>()
  let turnStart = clock.nowMs()
  for (const text of new Set(texts)) {
    known.set(text, encodeOrFault(tokenizer, text))
    if (clock.nowMs() - turnStart < TURN_MS) continue
    await setImmediate()
    if (signal.aborted) throw abortReason(signal)
    turnStart = clock.nowMs()
  }
  return {
    encode(text) {
      const found = known.get(text) ?? tokenizer.encode(text)
      if (found instanceof AppError) throw found
      return found
    },
  }
}

function encodeOrFault(tokenizer: Tokenizer, text: string): EncodedText | AppError {
  try {
    return tokenizer.encode(text)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}
