import type { Dataset } from './write-object.js'

/** A triplet of PS3.3 section 8: value, coding scheme, meaning. */
export interface Code {
  readonly value: string
  /** One of PS3.16 section 8, or a private one, which begins with 99. */
  readonly scheme: string
  readonly meaning: string
}

type KnownScheme = 'DCM' | 'SCT' | 'UCUM' | 'UMLS' | 'LN' | 'RFC5646' | '99RADSERVE'

export function code(value: string, scheme: KnownScheme, meaning: string): Code {
  return { value, scheme, meaning }
}

/** The item of a code sequence. */
export function codeItem({ value, scheme, meaning }: Code): Dataset {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning }
}

export const ARTIFICIAL_INTELLIGENCE = code('123110', 'DCM', 'Artificial Intelligence')
export const PROCESSING_EQUIPMENT = code('109102', 'DCM', 'Processing Equipment')
export const SEGMENTATION = code('113076', 'DCM', 'Segmentation')
export const SOURCE_IMAGE = code('121322', 'DCM', 'Source Image for Image Processing Operation')
export const LUNG = code('39607008', 'SCT', 'Lung')
