/** How often each run of `n` tokens occurs. */
export function countGrams(tokens: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>()
  for (let at = 0; at + n <= tokens.length; at++) {
    const gram = tokens.slice(at, at + n).join(' ')
    counts.set(gram, (counts.get(gram) ?? 0) + 1)
  }
  return counts
}

/** Runs that both have, each as often as the rarer side has it. */
export function matchingGrams(said: ReadonlyMap<string, number>, reference: ReadonlyMap<string, number>): number {
  let matches = 0
  for (const [gram, count] of said) matches += Math.min(count, reference.get(gram) ?? 0)
  return matches
}
