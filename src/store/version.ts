import { AppError } from '../errors.js'
import { NAME_PATTERN, VERSION_PATTERN } from './manifest.js'

const name = new RegExp(NAME_PATTERN)
const version = new RegExp(VERSION_PATTERN)

export interface ModelReference {
  readonly name: string
  readonly version?: string
}

/** Reads `name` or `name@version`. What cannot be a model's name is no such model: `model_not_found`. */
export function parseReference(text: string): ModelReference {
  const at = text.indexOf('@')
  const reference = at < 0 ? { name: text } : { name: text.slice(0, at), version: text.slice(at + 1) }
  if (!isName(reference.name) || (reference.version !== undefined && !isVersion(reference.version))) {
    throw new AppError('model_not_found', 'The model reference is neither name nor name@version.')
  }
  return reference
}

export function isName(text: string): boolean {
  return name.test(text)
}

export function isVersion(text: string): boolean {
  return version.test(text)
}

/** Precedence of Semantic Versioning 2.0.0 section 11: negative when `a` comes before `b`. */
export function compareVersions(a: string, b: string): number {
  const [coreA, preA] = splitOnce(a)
  const [coreB, preB] = splitOnce(b)
  const core = compareLists(coreA.split('.'), coreB.split('.'))
  if (core !== 0) return core
  if (preA === undefined || preB === undefined) return Number(preA === undefined) - Number(preB === undefined)
  return compareLists(preA.split('.'), preB.split('.'))
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf('-')
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareIdentifiers(a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareIdentifiers(a: string, b: string): number {
  const isNumericA = /^\d+$/.test(a)
  const isNumericB = /^\d+$/.test(b)
  if (isNumericA && isNumericB) return Number(a) - Number(b)
  if (isNumericA !== isNumericB) return isNumericA ? -1 : 1
  return a < b ? -1 : Number(a > b)
}
