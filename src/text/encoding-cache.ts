/** Characters of all remembered texts together; a few long ones must not hold what thousands of prompts could. */
const MAX_CHARACTERS = 2_000_000

/** Values by text, the least recently used dropped first. */
export interface EncodingCache<Value> {
  recall(text: string): Value | undefined
  remember(text: string, value: Value): Value
  readonly size: number
}

export function createEncodingCache<Value>(maxTexts: number): EncodingCache<Value> {
  const values = new Map<string, Value>()
  let characters = 0
  return {
    get size() {
      return values.size
    },
    recall(text) {
      const value = values.get(text)
      if (value === undefined) return undefined
      values.delete(text)
      values.set(text, value)
      return value
    },
    remember(text, value) {
      values.set(text, value)
      characters += text.length
      for (const oldest of values.keys()) {
        if (values.size <= maxTexts && characters <= MAX_CHARACTERS) break
        values.delete(oldest)
        characters -= oldest.length
      }
      return value
    },
  }
}
