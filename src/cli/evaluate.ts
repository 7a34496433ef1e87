import { parseArgs } from 'node:util'
import { createService } from '../app.js'
import { loadProcessConfig } from '../config.js'
import { AppError } from '../errors.js'
import { evaluateSegmentation } from './evaluate-segmentation.js'
import { readFilmsCsv } from './films-csv.js'
import { segmentationTable } from './segmentation-table.js'

const USAGE = 'radserve eval segmentation NAME[@VERSION] --manifest FILMS.csv [--json] [--resamples N] [--seed N]'

/** `radserve eval …`: figures of a pack on the user's own films. The table goes to stdout, progress to stderr. */
export async function runEvaluate(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      manifest: { type: 'string' },
      json: { type: 'boolean', default: false },
      resamples: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '0' },
    },
  })
  const [task, model] = positionals
  if (task !== 'segmentation' || model === undefined || values.manifest === undefined) {
    process.stderr.write(`Usage: ${USAGE}\n`)
    return 2
  }
  const bootstrap = {
    resamples: wholeNumber('resamples', values.resamples, 1),
    seed: wholeNumber('seed', values.seed, 0),
  }
  const rows = await readFilmsCsv(values.manifest)
  const service = await createService({ ...loadProcessConfig(), DEFAULT_MODELS: '', LOG_LEVEL: 'silent' })
  try {
    const report = await evaluateSegmentation(service.predict, {
      ...{ model, rows, bootstrap, signal: service.signal },
      onProgress: (done) => showProgress(done, rows.length),
    })
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : segmentationTable(report))
    return 0
  } finally {
    await service.close()
  }
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
