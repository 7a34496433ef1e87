import { readFile, writeFile } from 'node:fs/promises'
import { createService, type Service } from '../app.js'
import { loadProcessConfig } from '../config.js'
import { AppError } from '../errors.js'
import { readLabelledFilms } from './classification-csv.js'
import { evaluateClassification, type LabelsOption } from './evaluate-classification.js'
import { evaluateReport } from './evaluate-report.js'
import { evaluateRetrieval } from './evaluate-retrieval.js'
import { evaluateSegmentation } from './evaluate-segmentation.js'
import { classificationTable, reportTable, retrievalTable } from './evaluation-tables.js'
import { EXIT } from './exit-codes.js'
import { readFilmsCsv } from './films-csv.js'
import { readReferenceStudies } from './report-csv.js'
import { readCandidates, readQueries } from './retrieval-csv.js'
import { segmentationTable } from './segmentation-table.js'

interface ManifestOptions {
  readonly manifest: string
}

interface ClassificationOptions extends ManifestOptions {
  readonly labelSet?: string
  /** Comma-separated. */
  readonly labels?: string
  readonly prompts?: string
}

interface RetrievalOptions {
  readonly queries: string
  readonly candidates: string
  readonly k: readonly number[]
  readonly excludeGroup?: boolean
}

/** What each task takes beside the options that all take. */
export interface TaskOptions {
  readonly segmentation: ManifestOptions
  readonly classification: ClassificationOptions
  readonly retrieval: RetrievalOptions
  readonly report: ManifestOptions
}

export interface CommonOptions {
  readonly root?: string
  readonly json?: boolean
  readonly out?: string
  readonly resamples: number
  readonly seed: number
}

type Options<Task extends keyof TaskOptions> = TaskOptions[Task] & CommonOptions

interface Plan {
  readonly model: string
  readonly bootstrap: { readonly resamples: number; readonly seed: number }
  readonly signal: AbortSignal
}

/** What has been read and waits for a service. Gives the report and its table for people. */
type Evaluation = (service: Service, plan: Plan) => Promise<{ report: object; table: string }>

const TASKS: { readonly [Task in keyof TaskOptions]: (options: Options<Task>) => Promise<Evaluation> } = {
  segmentation: prepareSegmentation,
  retrieval: prepareRetrieval,
  classification: prepareClassification,
  report: prepareReport,
}

/** `radserve eval …`: figures of a pack on the user's own films. The table goes to stdout, progress to stderr. */
export async function runEvaluate<Task extends keyof TaskOptions>(
  task: Task,
  model: string,
  options: Options<Task>,
): Promise<number> {
  const evaluation = await TASKS[task](options)
  const { resamples, seed, out, json: isJson } = options
  const service = await createService({
    ...loadProcessConfig(),
    ...{ DEFAULT_MODELS: '', LOG_LEVEL: 'silent', AUDIT: 'off' },
    // The figures are of every film that was given.
    GATE_OUTLIERS: 'off',
  })
  try {
    const plan = { model, bootstrap: { resamples, seed }, signal: service.signal }
    const { report, table } = await evaluation(service, plan)
    const json = `${JSON.stringify(report, null, 2)}\n`
    if (out !== undefined) await writeFile(out, json)
    process.stdout.write(isJson === true ? json : table)
    return EXIT.done
  } finally {
    await service.close()
  }
}

async function prepareSegmentation({ manifest, root }: Options<'segmentation'>): Promise<Evaluation> {
  const rows = await readFilmsCsv(manifest, root)
  return async ({ predict }, plan) => {
    const onProgress = (done: number): void => showProgress(done, rows.length)
    const report = await evaluateSegmentation(predict, { ...plan, rows, onProgress })
    return { report, table: segmentationTable(report) }
  }
}

async function prepareRetrieval(options: Options<'retrieval'>): Promise<Evaluation> {
  const { k: depths, root, excludeGroup = false } = options
  const [queries, candidates] = await Promise.all([
    readQueries(options.queries, root),
    readCandidates(options.candidates, root),
  ])
  return async ({ predict }, plan) => {
    const asked = { queries, candidates, depths, excludeGroup, onProgress: showProgress }
    const report = await evaluateRetrieval(predict, { ...plan, ...asked })
    return { report, table: retrievalTable(report) }
  }
}

async function prepareClassification(options: Options<'classification'>): Promise<Evaluation> {
  const asked = await labelsAsked(options)
  const films = await readLabelledFilms(options.manifest, options.root)
  return async ({ predict }, plan) => {
    const report = await evaluateClassification(predict, { ...plan, films, asked, onProgress: showProgress })
    return { report, table: classificationTable(report) }
  }
}

async function prepareReport({ manifest, root }: Options<'report'>): Promise<Evaluation> {
  const studies = await readReferenceStudies(manifest, root)
  return async ({ predict }, plan) => {
    const report = await evaluateReport(predict, { ...plan, studies, onProgress: showProgress })
    return { report, table: reportTable(report) }
  }
}

/** Throws `invalid_option` for prompts that are not texts by label. */
async function labelsAsked({ labelSet, labels, prompts: path }: ClassificationOptions): Promise<LabelsOption> {
  const set = labelSet === undefined ? {} : { labelSet }
  const free = labels === undefined ? {} : { labels: labels.split(',').map((label) => label.trim()) }
  if (path === undefined) return { ...set, ...free }
  const unreadable = (cause?: unknown): AppError =>
    new AppError('invalid_option', `${path} is no JSON object of texts by label.`, { cause })
  const prompts: unknown = await readFile(path, 'utf8')
    .then(JSON.parse)
    .catch((cause: unknown) => {
      throw unreadable(cause)
    })
  if (!isTextsByLabel(prompts)) throw unreadable()
  return { ...set, ...free, prompts }
}

function isTextsByLabel(value: unknown): value is Record<string, string[]> {
  if (typeof value !== 'object' || value === null) return false
  const isTexts = (texts: unknown): boolean => Array.isArray(texts) && texts.every((text) => typeof text === 'string')
  return Object.values(value).every(isTexts)
}

/** One line that counts up on a terminal; a line for each tenth elsewhere. */
function showProgress(done: number, all: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all}${done === all ? '\n' : ''}`)
  else if (Math.floor((done * 10) / all) > Math.floor(((done - 1) * 10) / all))
    process.stderr.write(`${done} of ${all}\n`)
}
