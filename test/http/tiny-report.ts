/** A writer that can be computed by hand: the family's own program over a decoder that says the words of one sentence. */
import { abortReason, AppError } from '../../src/errors.js'
import { compareFindings } from '../../src/families/report/agreement.js'
import { readFindings } from '../../src/families/report/findings.js'
import { checkStudy } from '../../src/families/report/memory.js'
import type { ReportModel } from '../../src/families/report/model.js'
import { fillReportOptions } from '../../src/families/report/options.js'
import type { ReportSpec } from '../../src/families/report/spec.js'
import { reportWarnings } from '../../src/families/report/warnings.js'
import { writeReport, type ReportToken } from '../../src/families/report/write-report.js'
import type { RunComponent } from '../../src/families/family.js'
import type { Answer, TaskRequest } from '../../src/flows/answer.js'
import type { Report, ReportsRequest } from '../../src/flows/report.js'
import type { Tensor } from '../../src/tensor/tensor.js'
import type { Vocabulary } from '../../src/text/vocabulary.js'

const PIECES = ['<s>', '</s>', '<pad>', 'no', 'effusion', '.', 'heart', 'normal']
const SENTENCE = [3, 4, 5, 6, 7, 1]
const MAX_TOKENS = 8

export interface TinyReport extends Report {
  /** Requests that came, in order. */
  readonly asked: ReportsRequest[]
  /** Tokens that were written, of all requests. */
  steps: number
  /** Awaited before each token. */
  beforeStep: (step: number) => Promise<void>
}

type Frame = (request: TaskRequest) => Promise<Omit<Answer<unknown>, 'result' | 'geometries'>>

export function createTinyReport(enter: Frame): TinyReport {
  const tiny: TinyReport = {
    asked: [],
    steps: 0,
    beforeStep: () => Promise.resolve(),
    async reports(request) {
      tiny.asked.push(request)
      const frame = await enter(request)
      checkStudy(MODEL, request.images.length)
      const options = fillReportOptions(MODEL.spec.generation, request, () => 7n)
      const films = request.images.map((bytes) => ({ pixels: floats([1, 1, 1, 1], [bytes.length % 251]) }))
      const { onToken, keepsPartial = false } = request
      const input = {
        ...{ films, options, wantsPatches: false, keepsPartial },
        ...(onToken && { onToken: (token: ReportToken, index: number) => onToken(token, index, options.maxTokens) }),
      }
      const written = await writeReport(MODEL, input, runOf(tiny, request))
      const findings = readFindings(MODEL.spec.generation.findings!, written.text)
      const scored = { items: [{ image: 0, labels: [{ label: 'effusion', score: 0.9, logit: 2 }] }] }
      const labels = compareFindings(MODEL.spec.generation, findings, { ...scored, scoreKind: 'probability' })
      const result = {
        ...written,
        ...{ options, findings, warnings: reportWarnings(MODEL.spec.generation, written, findings) },
        ...(request.check && { check: { model: frame.model, scoreKind: 'probability' as const, labels } }),
      }
      return { ...frame, result, geometries: [] }
    },
  }
  return tiny
}

/** A film is one cell; the decoder says the next word of the sentence with a probability near 1. */
function runOf(tiny: TinyReport, { demand }: ReportsRequest): RunComponent {
  return async (role, feeds) => {
    if (role === 'image_encoder') return { local: floats([feeds['pixels']!.dims[0]!, 1, 1, 1], feeds['pixels']!.data) }
    const counts = Array.from(feeds['token_count']!.data, Number)
    await tiny.beforeStep(counts[0]!)
    if (demand.signal.aborted) throw abortReason(demand.signal)
    tiny.steps++
    const logits = counts.flatMap((count) => PIECES.map((_, id) => (id === SENTENCE[count - 1] ? 9 : id * 0.1)))
    return { logits: floats([counts.length, PIECES.length], logits) }
  }
}

function floats(dims: readonly number[], values: ArrayLike<number | bigint>): Tensor {
  return { dtype: 'float32', dims, data: Float32Array.from(values as ArrayLike<number>) }
}

const VOCABULARY: Vocabulary = {
  size: PIECES.length,
  piece: (id) => PIECES[id]!,
  decode: (ids) => wordsOf(ids).join(' '),
  begin() {
    const ids: number[] = []
    return {
      add(id) {
        const isFirst = wordsOf(ids).length === 0
        ids.push(id)
        return wordsOf([id])
          .map((word) => (isFirst ? word : ` ${word}`))
          .join('')
      },
      end: () => '',
    }
  },
}

function wordsOf(ids: readonly number[]): string[] {
  return ids.filter((id) => id > 2).map((id) => PIECES[id]!)
}

const spec = (kind: string, dtype: 'float32' | 'int64', dims: (string | number)[]) => ({
  name: kind,
  kind,
  dtype,
  dims,
})
const file = { file: 'none', sha256: '0'.repeat(64), bytes: 1 }

const MODEL: ReportModel = {
  vocabulary: VOCABULARY,
  spec: {
    image: { steps: [] },
    views: { max: 2, fusion: 'mean', fill: 'none', order: 'as_given' },
    generation: {
      ...{ tokenizer: file, bos: 0, eos: 1, pad: 2, max_tokens: MAX_TOKENS, defaults: { method: 'greedy' } },
      findings: { effusion: { present: ['effusion'], absent: ['no effusion'] } },
    },
    goldens: [],
  } as unknown as ReportSpec,
  components: {
    image_encoder: {
      ...{ ...file, precision: 'fp32' },
      inputs: [spec('pixels', 'float32', ['n', 1, 1, 1])],
      outputs: [spec('local', 'float32', ['n', 1, 1, 1])],
    },
    decoder_step: {
      ...{ ...file, precision: 'fp32' },
      inputs: [
        spec('tokens', 'int64', ['n', 'length']),
        spec('token_count', 'int64', ['n']),
        spec('memory', 'float32', ['n', 'positions', 1]),
      ],
      outputs: [spec('logits', 'float32', ['n', PIECES.length])],
    },
  },
}

/** What a deadline does to a request on its way. */
export const tooLate = (): AppError => new AppError('deadline_exceeded', 'Too late.')
