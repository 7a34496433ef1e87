/**
 * What an image says about having been made by a model: a term of IPTC's vocabulary of digital source types
 * (https://cv.iptc.org/newscodes/digitalsourcetype), which stands in its metadata as a URI.
 */

const VOCABULARY = 'cv.iptc.org/newscodes/digitalsourcetype/'

/**
 * `trainedAlgorithmicMedia`: all of it was made by a model. `compositeWithTrainedAlgorithmicMedia`: a model changed an
 * image that was there before, which IPTC says of inpainting.
 */
export const SYNTHETIC_SOURCES = ['trainedAlgorithmicMedia', 'compositeWithTrainedAlgorithmicMedia'] as const
export type SyntheticSource = (typeof SYNTHETIC_SOURCES)[number]

/** Terms of other writers for a part that a model made. */
const COMPOSITE_TERMS: ReadonlySet<string> = new Set(['compositeWithTrainedAlgorithmicMedia', 'compositeSynthetic'])
const LONGEST_TERM = 64

export function sourceUri(source: SyntheticSource): string {
  return `http://${VOCABULARY}${source}`
}

/**
 * What a file of any format says of itself, `undefined` where it says nothing. The URI is looked for in the bytes as they
 * are: it is ASCII in XMP packets and in C2PA manifests, wherever a format keeps them, and nothing has to be parsed that
 * an attacker wrote. Where both terms stand, a part of the image is real.
 */
export function syntheticSourceOf(file: Uint8Array): SyntheticSource | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  let found: SyntheticSource | undefined
  for (let at = bytes.indexOf(VOCABULARY, 0, 'latin1'); at >= 0; at = bytes.indexOf(VOCABULARY, at, 'latin1')) {
    at += VOCABULARY.length
    const term = /^[A-Za-z]*/.exec(bytes.toString('latin1', at, at + LONGEST_TERM))![0]
    if (COMPOSITE_TERMS.has(term)) return 'compositeWithTrainedAlgorithmicMedia'
    if (term === 'trainedAlgorithmicMedia') found = term
  }
  return found
}
