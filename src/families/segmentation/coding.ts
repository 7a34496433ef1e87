import { holdsPhrase } from './known-words.js'
import type { SegmentationSection, SegmentCoding } from './spec.js'

/** What a text's segment is, as the pack says; `undefined` for a pack that does not. */
export function codingOf({ coding = [] }: SegmentationSection, text: string): SegmentCoding | undefined {
  const fitting = coding.filter(({ phrases }) => phrases !== undefined && holdsPhrase(text, phrases))
  // A text that fits two entries, such as both sides by name, is of neither.
  return fitting.length === 1 ? fitting[0] : coding.find(({ phrases }) => phrases === undefined)
}
