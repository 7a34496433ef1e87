/** What a request asks, checked and filled from the pack. */
import { AppError } from '../../errors.js'
import { bounds, METHODS, type Generation, type Method } from './spec.js'

const DEFAULT_BEAMS = 5
const SEEDS = 2n ** 64n

/** What is left out is the pack's own. Without a method, what is said of beams or of drawing tells it. */
export interface ReportOptions {
  readonly maxTokens?: number
  readonly method?: Method
  readonly beams?: number
  readonly lengthPenalty?: number
  readonly earlyStopping?: boolean | 'never'
  readonly noRepeatNgram?: number
  readonly temperature?: number
  readonly topK?: number
  readonly topP?: number
  /** 0 to 2^64 − 1; where tokens are drawn. */
  readonly seed?: bigint
}

interface CommonOptions {
  readonly maxTokens: number
  readonly noRepeatNgram: number
  readonly forbidRepeatLast: boolean
}

/** Every option that the method reads, with a value. */
export type FilledReportOptions = CommonOptions &
  (
    | { readonly method: 'greedy' }
    | {
        readonly method: 'beam'
        readonly beams: number
        readonly lengthPenalty: number
        readonly earlyStopping: boolean | 'never'
      }
    | {
        readonly method: 'sample'
        readonly temperature: number
        readonly topK: number
        readonly topP: number
        readonly seed: bigint
      }
  )

/** Names of the options in requests. */
const NAMES = {
  maxTokens: 'max_tokens',
  beams: 'beam',
  lengthPenalty: 'length_penalty',
  earlyStopping: 'early_stopping',
  noRepeatNgram: 'no_repeat_ngram',
  temperature: 'temperature',
  topK: 'top_k',
  topP: 'top_p',
  seed: 'seed',
} as const

type Name = keyof typeof NAMES

const OF_METHOD: Readonly<Record<Method, readonly Name[]>> = {
  greedy: [],
  beam: ['beams', 'lengthPenalty', 'earlyStopping'],
  sample: ['temperature', 'topK', 'topP', 'seed'],
}

/**
 * `drawSeed` is asked where tokens are drawn and no seed is given. Throws `invalid_option` for a value that is out of bounds
 * and for an option that the method does not read.
 */
export function fillReportOptions(
  { defaults, max_tokens: most }: Generation,
  asked: ReportOptions,
  drawSeed: () => bigint,
): FilledReportOptions {
  const method = methodOf(asked, defaults.method)
  refuseUnread(method, asked)
  const common = {
    maxTokens: whole('maxTokens', asked.maxTokens ?? defaults.max_tokens ?? most, { minimum: 1, maximum: most }),
    noRepeatNgram: whole('noRepeatNgram', asked.noRepeatNgram ?? defaults.no_repeat_ngram ?? 0, bounds.no_repeat_ngram),
    forbidRepeatLast: defaults.forbid_repeat_last ?? false,
  }
  if (method === 'greedy') return { ...common, method }
  if (method === 'beam') {
    return {
      ...{ ...common, method },
      beams: whole('beams', asked.beams ?? defaults.beams ?? DEFAULT_BEAMS, bounds.beams),
      lengthPenalty: number(
        'lengthPenalty',
        asked.lengthPenalty ?? defaults.length_penalty ?? 1,
        bounds.length_penalty,
      ),
      earlyStopping: asked.earlyStopping ?? defaults.early_stopping ?? false,
    }
  }
  return {
    ...{ ...common, method },
    temperature: number('temperature', asked.temperature ?? defaults.temperature ?? 1, bounds.temperature),
    topK: whole('topK', asked.topK ?? defaults.top_k ?? 0, bounds.top_k),
    topP: number('topP', asked.topP ?? defaults.top_p ?? 1, bounds.top_p),
    seed: knownSeed(asked.seed ?? drawSeed()),
  }
}

function methodOf(asked: ReportOptions, own: Method): Method {
  const { method } = asked
  if (method !== undefined) {
    if (METHODS.includes(method)) return method
    throw invalid('method', `is one of ${METHODS.join(', ')}`)
  }
  const isAsked = (of: Method): boolean => OF_METHOD[of].some((name) => asked[name] !== undefined)
  return isAsked('beam') ? 'beam' : isAsked('sample') ? 'sample' : own
}

/** An option that changes nothing would be taken for one that did. */
function refuseUnread(method: Method, asked: ReportOptions): void {
  const others = METHODS.filter((other) => other !== method)
  const unread = others.flatMap((other) => OF_METHOD[other]).find((name) => asked[name] !== undefined)
  if (unread !== undefined) throw invalid(NAMES[unread], `is not read by the method ${method}`)
}

interface Bounds {
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum: number
}

function whole(name: Name, value: number, { minimum = 0, maximum }: Bounds): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value
  throw invalid(NAMES[name], `is a whole number from ${minimum} to ${maximum}`)
}

function number(name: Name, value: number, { minimum, exclusiveMinimum, maximum }: Bounds): number {
  const isAbove = minimum === undefined ? value > (exclusiveMinimum ?? -Infinity) : value >= minimum
  if (isAbove && value <= maximum) return value
  const from = minimum === undefined ? `above ${exclusiveMinimum ?? 0} and` : `from ${minimum} to`
  throw invalid(NAMES[name], `is a number ${from}${minimum === undefined ? ' at most' : ''} ${maximum}`)
}

function knownSeed(seed: bigint): bigint {
  if (seed >= 0n && seed < SEEDS) return seed
  throw invalid('seed', 'is from 0 to 18446744073709551615')
}

function invalid(name: string, rule: string): AppError {
  return new AppError('invalid_option', `${name} ${rule}.`, {
    details: { fields: [{ pointer: `/${name}`, detail: rule }] },
  })
}
