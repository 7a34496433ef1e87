/** A text in one line, without what neither XML 1.0 nor a reader can show. */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\ufffe\uffff]/g, '')
    .trim()
}
