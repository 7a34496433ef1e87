import { AppError } from '../errors.js'
import type { ScoreKind } from '../families/dual-encoder/classifications.js'
import { compareFindings, type Agreement } from '../families/report/agreement.js'
import { readFindings, type StructuredFinding } from '../families/report/findings.js'
import { checkStudy } from '../families/report/memory.js'
import type { ReportModel } from '../families/report/model.js'
import { fillReportOptions, type FilledReportOptions, type ReportOptions } from '../families/report/options.js'
import { reportWarnings, type ReportWarning } from '../families/report/warnings.js'
import { writeReport, type ReportToken, type WrittenReport } from '../families/report/write-report.js'
import type { Demand } from '../ports.js'
import { startTimings, type Answer, type ModelIdentity, type TaskRequest } from './answer.js'
import { drawSeed } from './draw-seed.js'
import { toldOf, watchFilms } from './film-watch.js'
import { reportOf, type LiveModel } from './live-model.js'
import type { ClassificationsRequest, Predict, PredictDeps } from './predict.js'
import { createRunner } from './runner.js'
import { observeStages, prepareImages, type EncodedImage } from './stages.js'
import { withModel } from './with-model.js'

/** The classifier that the text is held against; left out, the model's own towers and the set that its pack names. */
export interface CheckAsked {
  readonly model?: string
  readonly labelSet?: string
}

/** One study. What is left out is the pack's own; without a seed one is drawn where tokens are. */
export interface ReportsRequest extends TaskRequest, ReportOptions {
  readonly images: readonly EncodedImage[]
  readonly check?: CheckAsked
  /** Adds the weight of every patch of every film. */
  readonly patchWeights?: boolean
  /** A deadline cuts the text short instead of failing. */
  readonly keepsPartial?: boolean
  /** Bound of the service, whatever the pack allows. */
  readonly limits?: { readonly maxTokens: number; readonly maxBeams: number }
  /** As `ReportInput.onToken`; `of`: tokens that there will be at most. */
  readonly onToken?: (token: ReportToken, index: number, of: number) => void
}

export interface ReportCheck {
  readonly model: ModelIdentity
  readonly labelSet?: string
  readonly scoreKind: ScoreKind
  readonly labels: readonly Agreement[]
}

export interface ReportsResult extends WrittenReport {
  readonly options: FilledReportOptions
  /** Empty where the pack has no phrases to look for. */
  readonly findings: readonly StructuredFinding[]
  readonly check?: ReportCheck
  readonly warnings: readonly ReportWarning[]
}

/** What `Predict` has for the task `reports`. */
export interface Report {
  reports(request: ReportsRequest): Promise<Answer<ReportsResult>>
}

type Classify = Predict['classifications']

export function createReport(deps: PredictDeps, classify: Classify): Report {
  return {
    reports: (request) =>
      withModel(deps, request, 'reports', (live, demand) => perform(deps, { request, live, demand, classify })),
  }
}

interface Errand {
  readonly request: ReportsRequest
  readonly live: LiveModel
  readonly demand: Demand
  readonly classify: Classify
}

async function perform(deps: PredictDeps, errand: Errand): Promise<Answer<ReportsResult>> {
  const { request, live, demand } = errand
  const timings = startTimings()
  const model = reportOf(live)
  const { generation, image: spec } = model.spec
  checkStudy(model, request.images.length, `The model ${live.id}`)
  const options = fillOptions(model, request)
  const check = request.check && checkOf(model, errand, request.check)
  const images = await prepareImages(deps.images, request.images, { spec, demand, timings })
  const unfit = deps.gate.check(images, { spec, studies: [request.images.map((_, at) => at)] })
  // Before the text: a classifier that cannot be asked would else be found out after all the work.
  const classified = check && (await errand.classify(check))
  const runner = createRunner(live, demand, deps)
  const { onToken, keepsPartial = false, patchWeights: wantsPatches = false } = request
  const input = {
    ...{ films: images, options, wantsPatches, keepsPartial },
    ...(onToken && {
      onToken: (token: ReportToken, index: number) => onToken(token, index, options.maxTokens),
    }),
  }
  const watch = watchFilms(runner, { components: model.components, films: images, gate: deps.gate })
  const written = await writeReport(model, input, watch.run, runner.advance)
  timings.queueMs = runner.queueMs
  timings.runMs = runner.runMs
  const finishStart = deps.clock.nowMs()
  const findings = readFindings(generation.findings ?? {}, written.text)
  const result: ReportsResult = {
    ...written,
    ...{ options, findings, warnings: reportWarnings(generation, written, findings) },
    ...(classified && { check: checkResult(model, findings, classified) }),
  }
  timings.finishMs = deps.clock.nowMs() - finishStart
  observeStages(deps.meter, 'reports', timings)
  return { model: live.identity, result, timings, files: runner.files, ...toldOf(images, unfit, watch) }
}

function fillOptions({ spec }: ReportModel, { limits, ...asked }: ReportsRequest): FilledReportOptions {
  const filled = fillReportOptions(spec.generation, asked, drawSeed)
  if (limits === undefined) return filled
  // What the caller asked for was checked before; this is the pack's own, which a service may hold shorter.
  const maxTokens = Math.min(filled.maxTokens, limits.maxTokens)
  if (filled.method !== 'beam') return { ...filled, maxTokens }
  return { ...filled, maxTokens, beams: Math.min(filled.beams, limits.maxBeams) }
}

function checkOf(
  { spec, dual }: ReportModel,
  { request, live, demand }: Errand,
  asked: CheckAsked,
): ClassificationsRequest {
  if (spec.generation.findings === undefined) {
    throw new AppError('invalid_option', 'The text of this model is not read for findings: there is nothing to check.')
  }
  const isOwn = asked.model === undefined
  if (isOwn && dual === undefined) {
    throw new AppError('invalid_option', 'This model has no classifier of its own: name one in check_with.')
  }
  const labelSet = asked.labelSet ?? (isOwn ? spec.generation.check?.label_set : undefined)
  return {
    ...{ images: request.images, model: asked.model ?? live.id, demand },
    ...(labelSet !== undefined && { labelSet }),
  }
}

function checkResult(
  { spec }: ReportModel,
  findings: readonly StructuredFinding[],
  { model, result }: Awaited<ReturnType<Classify>>,
): ReportCheck {
  const { scoreKind, labelSet } = result
  const labels = compareFindings(spec.generation, findings, result)
  return { model, scoreKind, ...(labelSet !== undefined && { labelSet }), labels }
}
