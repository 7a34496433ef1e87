/** The program of the family: the films once, then the decoder in a loop. */
import { AppError } from '../../errors.js'
import type { PixelRow } from '../dual-encoder/model.js'
import type { RunComponent } from '../family.js'
import { stepByStep, type RunLoop } from '../loop.js'
import { decode } from './decode.js'
import { sumOf, type Decoding, type Hypothesis, type Written, type WrittenEnd } from './decoding/decoding.js'
import { readStudy, type StudyMemory } from './memory.js'
import type { ReportModel } from './model.js'
import type { FilledReportOptions } from './options.js'

/** Why a report ends; `deadline`: its time was over before its end token came. */
export type ReportEnd = WrittenEnd | 'deadline'

export interface ReportToken {
  readonly id: number
  /** As the vocabulary has it. */
  readonly piece: string
  /** What it adds to the text; empty for control tokens, and while a character lacks bytes. */
  readonly text: string
  /** Natural logarithm, as the decoder gave it: before rules, temperature and cuts. */
  readonly logProbability: number
}

/** A stream of tokens need not be finer than an eye sees. */
const TOLD_EVERY_MS = 100

export interface ReportInput {
  readonly films: readonly PixelRow[]
  readonly options: FilledReportOptions
  readonly wantsPatches: boolean
  /** What is written when the deadline passes is the answer; otherwise that is an error as everywhere. */
  readonly keepsPartial: boolean
  /** Hears each token as soon as no later one can change it, in order, and all of them before the report is there. */
  readonly onToken?: (token: ReportToken, index: number) => void
}

/** Its films' shares are absent where they are not weighed. */
export interface WrittenReport extends Omit<StudyMemory, 'memory' | 'mask'> {
  readonly text: string
  /** Behind the begin token; the end token too, if it came. */
  readonly tokens: readonly ReportToken[]
  /** Sum over the tokens. */
  readonly logProbability: number
  readonly end: ReportEnd
}

/** Throws `invalid_option` for a study that the pack does not take, `model_output_invalid`, and whatever `run` throws. */
export async function writeReport(
  model: ReportModel,
  input: ReportInput,
  run: RunComponent,
  advance: RunLoop = stepByStep(run),
): Promise<WrittenReport> {
  const { memory, mask, ...study } = await readStudy(model, input.films, input.wantsPatches, run)
  const teller = createTeller(model, input.onToken)
  let best: Hypothesis | undefined
  let isCut = false
  const onStep = (decoding: Decoding): void => {
    best = decoding.best
    if (decoding.rows.length > 0) teller.tell(decoding.settled)
  }
  const toldEveryMs = input.onToken && TOLD_EVERY_MS
  const asked = { study: { memory, ...(mask && { mask }) }, options: input.options, toldEveryMs }
  try {
    await decode(model, asked, advance, onStep)
  } catch (error) {
    if (!input.keepsPartial || !isDeadline(error) || best === undefined) throw error
    isCut = true
  }
  if (best === undefined) throw new AppError('internal', 'A text was not begun. This is a bug.')
  const tokens = teller.finish(best, isCut)
  return {
    ...study,
    text: tokens.map(({ text }) => text).join(''),
    tokens,
    logProbability: sumOf(best.logProbabilities),
    end: isCut ? 'deadline' : (best.end ?? 'length'),
  }
}

function isDeadline(error: unknown): boolean {
  return error instanceof AppError && error.code === 'deadline_exceeded'
}

/** Turns tokens into text, and tells each once. */
function createTeller({ vocabulary }: ReportModel, onToken: ReportInput['onToken']) {
  const stream = vocabulary.begin()
  const told: ReportToken[] = []
  const read = ({ tokens, logProbabilities }: Written, at: number): ReportToken => {
    const id = tokens[at]!
    return { id, piece: vocabulary.piece(id), text: stream.add(id), logProbability: logProbabilities[at]! }
  }
  const push = (token: ReportToken): void => {
    told.push(token)
    onToken?.(token, told.length - 1)
  }
  return {
    tell(settled: Written): void {
      while (told.length < settled.tokens.length) push(read(settled, told.length))
    },
    /** The last token takes what a character lacked; of a text that was cut, half a character is dropped. */
    finish(best: Written, isCut: boolean): readonly ReportToken[] {
      const last = best.tokens.length - 1
      while (told.length < last) push(read(best, told.length))
      if (told.length > last) return told
      const token = read(best, last)
      push(isCut ? token : { ...token, text: token.text + stream.end() })
      return told
    },
  }
}
