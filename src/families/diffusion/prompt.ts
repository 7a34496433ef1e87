/** A structured prompt becomes text by the pack's template: `PromptSpecSchema` says how one is written. */
import { AppError } from '../../errors.js'
import type { PromptField, PromptSpec } from './prompt-spec.js'

/** Values by field of the pack's template. */
export type StructuredPrompt = Readonly<Record<string, string | number | readonly string[]>>

/** Pieces of a template: text, or what stands in brackets and is left out with its fields. */
export const BRACKETS = /\[([^[\]]*)\]/g
export const PLACE = /\{([a-z][a-z0-9_]*)(?:\|(upper|lower|capital))?\}/g
const CASES: Readonly<Record<string, (text: string) => string>> = {
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  capital: (text) => text.slice(0, 1).toUpperCase() + text.slice(1),
}
/** Items of a list and characters of a value, whatever the pack says. */
const MAX_ITEMS = 64
const MAX_VALUE_CHARACTERS = 2000

/**
 * Throws `invalid_option` for a pack without a template, and for a field or value that the pack does not know; no message
 * quotes a value.
 */
export function renderPrompt({ template, fields = {} }: PromptSpec, given: StructuredPrompt): string {
  if (template === undefined) {
    throw new AppError('invalid_option', 'The model has no template for a structured prompt: send it as one text.')
  }
  const unknown = Object.keys(given).some((name) => !Object.hasOwn(fields, name))
  if (unknown) throw invalid(`A structured prompt has the fields ${Object.keys(fields).join(', ')}.`)
  const values = new Map<string, string>()
  for (const [name, field] of Object.entries(fields)) {
    const value = given[name] === undefined ? defaultOf(field) : valueOf(name, field, given[name])
    if (value !== undefined) values.set(name, value)
  }
  const text = template.replace(BRACKETS, (_, inner: string) =>
    placesOf(inner).every((name) => values.has(name)) ? inner : '',
  )
  const missing = placesOf(text).find((name) => !values.has(name))
  if (missing !== undefined) throw invalid(`A structured prompt needs the field ${missing}.`)
  return text.replace(PLACE, (_, name: string, change?: string) =>
    change === undefined ? values.get(name)! : CASES[change]!(values.get(name)!),
  )
}

/** Names of the fields that a template takes, in order. */
export function placesOf(template: string): string[] {
  return [...template.matchAll(PLACE)].map(([, name]) => name!)
}

function defaultOf(field: PromptField): string | undefined {
  return 'default' in field ? field.default : undefined
}

function valueOf(name: string, field: PromptField, value: string | number | readonly string[]): string | undefined {
  switch (field.kind) {
    case 'integer':
      if (Number.isInteger(value) && Number(value) >= field.minimum && Number(value) <= field.maximum) {
        return String(value)
      }
      throw invalid(`${name} is a whole number from ${field.minimum} to ${field.maximum}.`)
    case 'choice':
      return knownOf(name, field.values, value)
    case 'text':
      return textOf(name, value)
    case 'list': {
      const items = typeof value === 'object' ? value : [value]
      if (items.length > MAX_ITEMS) throw invalid(`${name} has at most ${MAX_ITEMS} entries.`)
      const { values } = field
      const texts = items.map((item) => (values === undefined ? textOf(name, item) : knownOf(name, values, item)))
      return texts.length === 0 ? field.default : texts.join(field.join)
    }
  }
}

/** As the pack writes it, whatever the case of the value. */
function knownOf(name: string, known: readonly string[], value: unknown): string {
  const lower = typeof value === 'string' ? value.trim().toLowerCase() : undefined
  const found = known.find((own) => own.toLowerCase() === lower)
  if (found === undefined) throw invalid(`${name} is one of ${known.join(', ')}.`)
  return found
}

function textOf(name: string, value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : ''
  if (text === '') throw invalid(`${name} is a text.`)
  if (text.length > MAX_VALUE_CHARACTERS) throw invalid(`${name} has at most ${MAX_VALUE_CHARACTERS} characters.`)
  return text
}

function invalid(message: string): AppError {
  return new AppError('invalid_option', message)
}
