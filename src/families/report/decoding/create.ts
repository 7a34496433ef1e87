/** The way to write that a request asks for. */
import type { FilledReportOptions } from '../options.js'
import type { Generation } from '../spec.js'
import { createBeam } from './beam.js'
import type { Decoding, DecodingFrame, DecodingState } from './decoding.js'
import { createGreedy } from './greedy.js'
import { noRepeatedLast, noRepeatedNgram } from './rules.js'
import { createSample } from './sample.js'

/** From its beginning, or from what an equal one came to. */
export function createDecoding(
  { bos, eos }: Pick<Generation, 'bos' | 'eos'>,
  options: FilledReportOptions,
  state?: DecodingState,
): Decoding {
  const { maxTokens, noRepeatNgram, forbidRepeatLast } = options
  const rules = [
    ...(noRepeatNgram > 0 ? [noRepeatedNgram(noRepeatNgram)] : []),
    ...(forbidRepeatLast ? [noRepeatedLast] : []),
  ]
  const frame: DecodingFrame = { begin: bos, end: eos, maxTokens, rules }
  if (options.method === 'beam') return createBeam(frame, options, state?.kind === 'beam' ? state : undefined)
  const single = state?.kind === 'single' ? state : undefined
  return options.method === 'greedy' ? createGreedy(frame, single) : createSample(frame, options, single)
}
