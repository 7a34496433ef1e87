import { AppError } from '../../errors.js'
import { checkGoldens, goldenImages } from '../dual-encoder/check-goldens.js'
import type { PixelRow } from '../dual-encoder/model.js'
import type { RunComponent } from '../family.js'
import type { ReportGolden } from './golden-spec.js'
import type { ReportModel } from './model.js'
import { fillReportOptions, type FilledReportOptions } from './options.js'
import { writeReport } from './write-report.js'

export interface ReportGoldensInput {
  readonly model: ReportModel
  readonly run: RunComponent
  /** The prepared images that the goldens name, by file. */
  readonly images: Readonly<Record<string, PixelRow>>
}

/** Files of the images that `checkReportGoldens` must be given. */
export function reportGoldenImages({ spec, dual }: ReportModel): string[] {
  const films = spec.goldens.flatMap((golden) => (golden.kind === 'report' ? golden.images : []))
  return [...new Set([...films, ...(dual === undefined ? [] : goldenImages(dual.spec))])]
}

/**
 * Runs the pack's own goldens: one sentence for each that does not come out, none when the pack does what its
 * reference did. Throws whatever `run` throws.
 */
export async function checkReportGoldens(input: ReportGoldensInput): Promise<string[]> {
  const { model, run, images } = input
  const faults: string[] = []
  for (const [at, golden] of model.spec.goldens.entries()) {
    if (golden.kind !== 'report') continue
    const found = await orFault(() => checkReport(input, golden))
    faults.push(...found.map((fault) => `Golden ${at} (report): ${fault}`))
  }
  return model.dual === undefined ? faults : [...faults, ...(await checkGoldens({ model: model.dual, run, images }))]
}

/** A pack whose own goldens give no numbers, or cannot be asked for, does not verify. */
async function orFault(check: () => Promise<string[]>): Promise<string[]> {
  try {
    return await check()
  } catch (error) {
    if (error instanceof AppError && ['model_output_invalid', 'invalid_option'].includes(error.code)) {
      return [error.message]
    }
    throw error
  }
}

async function checkReport({ model, run, images }: ReportGoldensInput, golden: ReportGolden): Promise<string[]> {
  const films = golden.images.flatMap((file) => images[file] ?? [])
  if (films.length < golden.images.length) return ['an image is missing.']
  const input = { films, options: optionsOf(model, golden), wantsPatches: false, keepsPartial: false }
  const { tokens, text } = await writeReport(model, input, run)
  const ids = tokens.map(({ id }) => id)
  if (ids.join() !== golden.ids.join()) return ['the tokens are others.']
  const { log_probabilities: expected = [], tolerance } = golden
  const worst = Math.max(0, ...expected.map((value, at) => Math.abs(value - (tokens[at]?.logProbability ?? NaN))))
  return [
    // Not `worst > tolerance`: a NaN differs from everything.
    ...(worst <= tolerance ? [] : [`the log probabilities differ by ${worst.toPrecision(3)}, more than ${tolerance}.`]),
    ...(golden.text === undefined || golden.text === text ? [] : ['the text is another.']),
  ]
}

function optionsOf({ spec }: ReportModel, golden: ReportGolden): FilledReportOptions {
  const { method, beams, length_penalty: lengthPenalty, no_repeat_ngram: noRepeatNgram, max_tokens: maxTokens } = golden
  const asked = {
    method,
    ...(beams !== undefined && { beams }),
    ...(lengthPenalty !== undefined && { lengthPenalty }),
    ...(noRepeatNgram !== undefined && { noRepeatNgram }),
    ...(maxTokens !== undefined && { maxTokens }),
  }
  const filled = fillReportOptions(spec.generation, asked, () => 0n)
  return golden.forbid_repeat_last === undefined ? filled : { ...filled, forbidRepeatLast: golden.forbid_repeat_last }
}
