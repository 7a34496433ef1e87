import type { Size } from '../geometry.js'
import { printable } from './printable.js'
import type { SyntheticSource } from './source.js'

/** What is written into the bytes of every image that a model made or changed, or that shows one. */
export interface SyntheticMark {
  readonly source: SyntheticSource
  /** None for a picture that only shows a marked image: an overlay, say. */
  readonly making?: Making
}

/** How an image was made, as far as its file tells. */
export interface Making {
  /** Left out where the caller wants its prompt to stay out of the file. */
  readonly prompt?: string
  readonly negativePrompt?: string
  readonly model: { readonly name: string; readonly version: string; readonly digest: string }
  /** Decimal. */
  readonly seed: string
  readonly steps: number
  readonly sampler: string
  readonly guidanceScale: number
  readonly size: Size
  readonly strength?: number
  /** Whatever else a program may want to make it again; plain JSON. */
  readonly details: Readonly<Record<string, unknown>>
}

/** A JPEG holds the packet in one segment of 65,533 bytes, in which every character may be escaped twice. */
const MAX_PROMPT_CHARACTERS = 1000

/** The mark as JSON in ASCII; the same mark gives the same text. */
export function markRecord({ source, making }: SyntheticMark): string {
  const record = { synthetic: true, digital_source_type: source, generator: 'radserve', ...makingRecord(making) }
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(record).replace(/[^\x20-\x7e]/g, escape)
}

function makingRecord(making: Making | undefined): object {
  if (making === undefined) return {}
  const { prompt, negativePrompt, model, seed, steps, sampler, guidanceScale, size, strength, details } = making
  return {
    ...(prompt !== undefined && { prompt: shortened(prompt) }),
    ...(negativePrompt !== undefined && { negative_prompt: shortened(negativePrompt) }),
    ...{ model, seed, steps, sampler, guidance_scale: guidanceScale, size },
    ...(strength !== undefined && { strength }),
    ...details,
  }
}

/**
 * The lines that AUTOMATIC1111's web UI and its readers know: the prompt, the negative prompt, and settings as
 * `Name: value` with commas between them.
 */
export function parametersText({ making }: SyntheticMark): string {
  if (making === undefined) return 'Synthetic: derived from a synthetic image'
  const { prompt, negativePrompt, model, size, strength } = making
  const settings: readonly (readonly [string, string | number])[] = [
    ['Steps', making.steps],
    ['Sampler', making.sampler],
    ['CFG scale', making.guidanceScale],
    ['Seed', making.seed],
    ['Size', `${size.width}x${size.height}`],
    // Its convention: the first ten digits.
    ['Model hash', model.digest.slice(0, 10)],
    ['Model', `${model.name}@${model.version}`],
    ...(strength === undefined ? [] : [['Denoising strength', strength] as const]),
    ['Version', 'radserve'],
  ]
  return [
    ...(prompt === undefined ? [] : [shortened(prompt)]),
    ...(negativePrompt === undefined || negativePrompt === '' ? [] : [`Negative prompt: ${shortened(negativePrompt)}`]),
    settings.map(([name, value]) => `${name}: ${value}`).join(', '),
  ].join('\n')
}

/** What was asked for, in one text. */
export function promptInformation({ making }: SyntheticMark): string | undefined {
  if (making?.prompt === undefined) return undefined
  const { prompt, negativePrompt } = making
  return negativePrompt === undefined || negativePrompt === ''
    ? shortened(prompt)
    : `${shortened(prompt)} | not: ${shortened(negativePrompt)}`
}

/** One line, so that no prompt can look like settings. */
function shortened(prompt: string): string {
  const line = printable(prompt)
  return line.length <= MAX_PROMPT_CHARACTERS ? line : `${line.slice(0, MAX_PROMPT_CHARACTERS).toWellFormed()}…`
}
