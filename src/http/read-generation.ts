import { AppError } from '../errors.js'
import type { GenerationsRequest } from '../flows/generate.js'
import { refuseIdentifiers } from '../flows/refuse-identifiers.js'
import { limitName, type HttpOptions } from './options.js'
import type { PlacedText } from './read-texts.js'
import type { GenerationsBody } from './schemas/images.js'

export type GenerationLimits = Pick<
  HttpOptions,
  'maxPromptCharacters' | 'maxSteps' | 'maxImagesGenerated' | 'refusePersonalPrompts'
>

type RefusedField = 'response_format' | 'quality' | 'background' | 'moderation' | 'style'

/** Options of OpenAI's that are known and not done here, and why. */
const REFUSED: readonly (readonly [field: RefusedField, values: readonly string[], why: string])[] = [
  ['response_format', ['url'], 'is url; nothing is kept here that a URL could lead to, images come in the answer'],
  ['quality', ['low', 'medium', 'high', 'hd'], 'is decided by steps; send auto or leave it out'],
  ['background', ['transparent'], 'is opaque: a radiograph has no background'],
  ['moderation', ['low'], 'cannot be lowered by a request'],
  ['style', ['vivid'], 'is decided by the prompt; leave it out'],
]
const MAX_SEED = 2n ** 64n - 1n

/**
 * What a body asks of the flow, beside its demand and callbacks. Throws `too_large` with the limit's name, `prompt_refused`,
 * `invalid_option` and `malformed_body`, each with its place.
 */
export function readGeneration(body: GenerationsBody, limits: GenerationLimits): Omit<GenerationsRequest, 'demand'> {
  refuseOptions(body)
  checkCount('n', body.n, { limits, limit: 'maxImagesGenerated', what: 'images' })
  checkCount('steps', body.steps, { limits, limit: 'maxSteps', what: 'steps' })
  checkPrompts(body, limits)
  const { model, prompt, negative_prompt, n, steps, guidance_scale, guidance_rescale, scheduler, noise_source } = body
  const seed = seedOf(body)
  const size = sizeOf(body.size)
  return {
    prompt,
    ...(model !== undefined && { model }),
    ...(negative_prompt !== undefined && { negativePrompt: negative_prompt }),
    ...(n !== undefined && { n }),
    ...(size && { size }),
    ...(steps !== undefined && { steps }),
    ...(guidance_scale !== undefined && { guidanceScale: guidance_scale }),
    ...(guidance_rescale !== undefined && { guidanceRescale: guidance_rescale }),
    ...(scheduler !== undefined && { scheduler: typeof scheduler === 'string' ? { name: scheduler } : scheduler }),
    ...(seed !== undefined && { seed }),
    ...(noise_source !== undefined && { noiseSource: noise_source }),
  }
}

function refuseOptions(body: GenerationsBody): void {
  const fields = REFUSED.flatMap(([field, values, why]) =>
    values.includes(body[field] ?? '') ? [{ pointer: `/${field}`, detail: why }] : [],
  )
  if (fields.length > 0) throw new AppError('invalid_option', 'An option is not done here.', { details: { fields } })
}

interface CountCheck {
  readonly limits: GenerationLimits
  readonly limit: 'maxImagesGenerated' | 'maxSteps'
  readonly what: string
}

function checkCount(field: string, count: number | undefined, { limits, limit, what }: CountCheck): void {
  if (count === undefined || count <= limits[limit]) return
  const fields = [{ pointer: `/${field}`, detail: `is more than ${limits[limit]}` }]
  throw new AppError('too_large', `A request is for at most ${limits[limit]} ${what}.`, {
    details: { limit: limitName(limit), fields },
  })
}

function checkPrompts(body: GenerationsBody, { maxPromptCharacters, refusePersonalPrompts }: GenerationLimits): void {
  const texts = promptTexts(body)
  const long = texts.filter(({ text }) => text.length > maxPromptCharacters)
  if (long.length > 0) {
    const detail = `is longer than ${maxPromptCharacters} characters`
    throw new AppError('too_large', 'A prompt is too long.', {
      details: {
        limit: limitName('maxPromptCharacters'),
        fields: long.slice(0, 20).map(({ pointer }) => ({ pointer, detail })),
      },
    })
  }
  if (refusePersonalPrompts) refuseIdentifiers(texts)
}

/** Every text of the caller's that reaches the model, and where it stands. */
function promptTexts({ prompt, negative_prompt: negative }: GenerationsBody): PlacedText[] {
  const placed = (pointer: string, value: string | number | readonly string[]): PlacedText[] =>
    typeof value === 'object'
      ? value.map((text, index) => ({ pointer: `${pointer}/${index}`, text }))
      : [{ pointer, text: String(value) }]
  const own =
    typeof prompt === 'string'
      ? placed('/prompt', prompt)
      : Object.entries(prompt).flatMap(([name, value]) => placed(`/prompt/${pointerToken(name)}`, value))
  return [...own, ...(negative === undefined ? [] : placed('/negative_prompt', negative))]
}

/** A name that is no field of the pack is the caller's own text, and not repeated at length. */
function pointerToken(name: string): string {
  return name.slice(0, 40).replaceAll('~', '~0').replaceAll('/', '~1')
}

function seedOf({ seed }: GenerationsBody): bigint | undefined {
  if (seed === undefined) return undefined
  const value = BigInt(seed)
  if (value <= MAX_SEED) return value
  const fields = [{ pointer: '/seed', detail: `must be at most ${MAX_SEED}` }]
  throw new AppError('malformed_body', 'The seed has more than 64 bits.', { details: { fields } })
}

function sizeOf(text: string | undefined): GenerationsRequest['size'] {
  if (text === undefined || text === 'auto') return undefined
  const [width = 0, height = 0] = text.split('x').map(Number)
  return { width, height }
}
