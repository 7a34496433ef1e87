import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { createService, type Service } from '../app.js'
import { loadProcessConfig } from '../config.js'
import { AppError } from '../errors.js'
import { readLabelledFilms } from './classification-csv.js'
import { evaluateClassification, type LabelsOption } from './evaluate-classification.js'
import { evaluateReport } from './evaluate-report.js'
import { evaluateRetrieval } from './evaluate-retrieval.js'
import { evaluateSegmentation } from './evaluate-segmentation.js'
import { classificationTable, reportTable, retrievalTable } from './evaluation-tables.js'
import { readFilmsCsv } from './films-csv.js'
import { readReferenceStudies } from './report-csv.js'
import { readCandidates, readQueries } from './retrieval-csv.js'
import { segmentationTable } from './segmentation-table.js'

const USAGE = `radserve eval TASK NAME[@VERSION] … [--root FOLDER] [--json | --out FILE] [--resamples N] [--seed N]

  segmentation   --manifest FILMS.csv
  retrieval      --queries QUERIES.csv --candidates CANDIDATES.csv [--k 5,10,50] [--exclude-group]
  classification --manifest FILMS.csv [--label-set NAME | --labels A,B… | --prompts FILE.json]
  report         --manifest STUDIES.csv

The columns are told in docs/evaluation.md. Paths are relative to the CSV, or to --root.`

const OPTIONS = {
  model: { type: 'string' },
  manifest: { type: 'string' },
  queries: { type: 'string' },
  candidates: { type: 'string' },
  k: { type: 'string', default: '5,10,50' },
  'exclude-group': { type: 'boolean', default: false },
  'label-set': { type: 'string' },
  labels: { type: 'string' },
  prompts: { type: 'string' },
  root: { type: 'string' },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
  resamples: { type: 'string', default: '2000' },
  seed: { type: 'string', default: '0' },
} as const

type Values = ReturnType<typeof parse>['values']

/** What has been read and waits for a service. Gives the report and its table for people. */
type Evaluation = (service: Service, options: CommonOptions) => Promise<{ report: object; table: string }>

interface CommonOptions {
  readonly model: string
  readonly bootstrap: { readonly resamples: number; readonly seed: number }
  readonly signal: AbortSignal
}

/** Reads the files of a task; undefined where an option is missing that it needs. */
const TASKS: Readonly<Record<string, (values: Values) => Promise<Evaluation | undefined>>> = {
  segmentation: prepareSegmentation,
  retrieval: prepareRetrieval,
  classification: prepareClassification,
  report: prepareReport,
}

/** `radserve eval …`: figures of a pack on the user's own films. The table goes to stdout, progress to stderr. */
export async function runEvaluate(args: string[]): Promise<number> {
  const { values, positionals } = parse(args)
  const [task = '', named] = positionals
  const model = named ?? values.model
  const evaluation = model === undefined ? undefined : await TASKS[task]?.(values)
  if (evaluation === undefined || model === undefined) {
    process.stderr.write(`Usage: ${USAGE}\n`)
    return 2
  }
  const bootstrap = {
    resamples: wholeNumber('resamples', values.resamples, 1),
    seed: wholeNumber('seed', values.seed, 0),
  }
  const service = await createService({
    ...loadProcessConfig(),
    ...{ DEFAULT_MODELS: '', LOG_LEVEL: 'silent', AUDIT: 'off' },
    // The figures are of every film that was given.
    GATE_OUTLIERS: 'off',
  })
  try {
    const { report, table } = await evaluation(service, { model, bootstrap, signal: service.signal })
    const json = `${JSON.stringify(report, null, 2)}\n`
    if (values.out !== undefined) await writeFile(values.out, json)
    process.stdout.write(values.json ? json : table)
    return 0
  } finally {
    await service.close()
  }
}

function parse(args: string[]) {
  return parseArgs({ args, allowPositionals: true, options: OPTIONS })
}

async function prepareSegmentation({ manifest }: Values): Promise<Evaluation | undefined> {
  if (manifest === undefined) return undefined
  const rows = await readFilmsCsv(manifest)
  return async ({ predict }, options) => {
    const onProgress = (done: number): void => showProgress(done, rows.length)
    const report = await evaluateSegmentation(predict, { ...options, rows, onProgress })
    return { report, table: segmentationTable(report) }
  }
}

async function prepareRetrieval(values: Values): Promise<Evaluation | undefined> {
  const { queries: queriesCsv, candidates: candidatesCsv, k, root, 'exclude-group': excludeGroup } = values
  if (queriesCsv === undefined || candidatesCsv === undefined) return undefined
  const depths = k.split(',').map((depth) => wholeNumber('k', depth, 1))
  const [queries, candidates] = await Promise.all([readQueries(queriesCsv, root), readCandidates(candidatesCsv, root)])
  return async ({ predict }, options) => {
    const plan = { ...options, queries, candidates, depths, excludeGroup, onProgress: showProgress }
    const report = await evaluateRetrieval(predict, plan)
    return { report, table: retrievalTable(report) }
  }
}

async function prepareClassification(values: Values): Promise<Evaluation | undefined> {
  if (values.manifest === undefined) return undefined
  const asked = await labelsAsked(values)
  const films = await readLabelledFilms(values.manifest, values.root)
  return async ({ predict }, options) => {
    const report = await evaluateClassification(predict, { ...options, films, asked, onProgress: showProgress })
    return { report, table: classificationTable(report) }
  }
}

async function prepareReport({ manifest, root }: Values): Promise<Evaluation | undefined> {
  if (manifest === undefined) return undefined
  const studies = await readReferenceStudies(manifest, root)
  return async ({ predict }, options) => {
    const report = await evaluateReport(predict, { ...options, studies, onProgress: showProgress })
    return { report, table: reportTable(report) }
  }
}

/** Throws `invalid_option` for prompts that are not texts by label. */
async function labelsAsked({ 'label-set': labelSet, labels, prompts: path }: Values): Promise<LabelsOption> {
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

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new AppError('invalid_option', `--${name} must be a whole number of ${least} or more.`)
}

/** One line that counts up on a terminal; a line for each tenth elsewhere. */
function showProgress(done: number, all: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${all}${done === all ? '\n' : ''}`)
  else if (Math.floor((done * 10) / all) > Math.floor(((done - 1) * 10) / all))
    process.stderr.write(`${done} of ${all}\n`)
}
