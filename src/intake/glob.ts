/**
 * Whether a text is what a pattern says, in any case of letters: `*` is any characters, `?` is one. By the two places to go
 * back to and not by a regular expression, so that no pattern takes longer than pattern times text.
 */
export function isMatch(pattern: string, text: string): boolean {
  const wanted = pattern.toLowerCase()
  const given = text.toLowerCase()
  let [at, from] = [0, 0]
  let star: { readonly at: number; from: number } | undefined
  while (from < given.length) {
    if (wanted[at] === '*') {
      star = { at: at++, from }
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[from])) {
      at++
      from++
    } else if (star !== undefined) {
      // One character more for the last star.
      from = ++star.from
      at = star.at + 1
    } else {
      return false
    }
  }
  while (wanted[at] === '*') at++
  return at === wanted.length
}
