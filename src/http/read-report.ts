import { AppError } from '../errors.js'
import type { CheckAsked, ReportsRequest } from '../flows/report.js'
import { limitName, type HttpOptions } from './options.js'
import { readImages, type ImageLimits, type PlacedImage } from './read-images.js'
import type { ReportsBody } from './schemas/reports.js'

export type ReportLimits = ImageLimits & Pick<HttpOptions, 'maxReportTokens' | 'maxReportBeams'>

const MAX_SEED = 2n ** 64n - 1n

/** What a body asks of the flow, beside its demand and callbacks. Throws `too_large` with the limit's name, `malformed_body`. */
export function readReport(
  body: ReportsBody,
  films: readonly PlacedImage[],
  limits: ReportLimits,
): Omit<ReportsRequest, 'demand'> {
  checkBound('max_tokens', body.max_tokens, { limits, limit: 'maxReportTokens', what: 'tokens' })
  checkBound('beam', body.beam, { limits, limit: 'maxReportBeams', what: 'beams' })
  const { model, max_tokens, method, beam, length_penalty, early_stopping } = body
  const { no_repeat_ngram, temperature, top_k, top_p } = body
  const seed = seedOf(body)
  const check = checkOf(body)
  return {
    images: readImages(films, limits),
    limits: { maxTokens: limits.maxReportTokens, maxBeams: limits.maxReportBeams },
    patchWeights: body.view_weights === 'patch',
    ...(model !== undefined && { model }),
    ...(max_tokens !== undefined && { maxTokens: max_tokens }),
    ...(method !== undefined && { method }),
    ...(beam !== undefined && { beams: beam }),
    ...(length_penalty !== undefined && { lengthPenalty: length_penalty }),
    ...(early_stopping !== undefined && { earlyStopping: early_stopping }),
    ...(no_repeat_ngram !== undefined && { noRepeatNgram: no_repeat_ngram }),
    ...(temperature !== undefined && { temperature }),
    ...(top_k !== undefined && { topK: top_k }),
    ...(top_p !== undefined && { topP: top_p }),
    ...(seed !== undefined && { seed }),
    ...(check && { check }),
  }
}

interface Bound {
  readonly limits: ReportLimits
  readonly limit: 'maxReportTokens' | 'maxReportBeams'
  readonly what: string
}

function checkBound(field: string, asked: number | undefined, { limits, limit, what }: Bound): void {
  if (asked === undefined || asked <= limits[limit]) return
  const fields = [{ pointer: `/${field}`, detail: `is more than ${limits[limit]}` }]
  throw new AppError('too_large', `A report has at most ${limits[limit]} ${what}.`, {
    details: { limit: limitName(limit), fields },
  })
}

function seedOf({ seed }: ReportsBody): bigint | undefined {
  if (seed === undefined) return undefined
  const value = BigInt(seed)
  if (value <= MAX_SEED) return value
  const fields = [{ pointer: '/seed', detail: `must be at most ${MAX_SEED}` }]
  throw new AppError('malformed_body', 'The seed has more than 64 bits.', { details: { fields } })
}

/** A form knows texts only: there `true` is a text. */
function checkOf({ check_with: check }: ReportsBody): CheckAsked | undefined {
  if (check === undefined || check === false || check === 'false') return undefined
  if (check === true || check === 'true') return {}
  if (typeof check === 'string') return { labelSet: check }
  const { model, label_set } = check
  return { ...(model !== undefined && { model }), ...(label_set !== undefined && { labelSet: label_set }) }
}
