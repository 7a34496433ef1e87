const MAX_LABELS = 200

/** One label a line; empty lines and labels that were there already are left out. */
export function readLabels(text: string): string[] {
  const labels = text.split('\n', MAX_LABELS * 2).map((line) => line.trim())
  return [...new Set(labels.filter((label) => label !== ''))].slice(0, MAX_LABELS)
}
