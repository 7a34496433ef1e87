import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { AppError } from '../errors.js'
import type { RecordedRun } from '../flows/recorded-runs.js'
import { readFilm } from './film-files.js'
import { inImportFolder } from './import-folder.js'
import { runPython } from './python.js'
import { addFolder, required, withService, type Action } from './workplace.js'

const LOWER = ['fp16', 'int8'] as const
const USAGE = `variant NAME[@VERSION] --precision ${LOWER.join('|')} [--components ROLE,ROLE] [--calibrate FOLDER] [--tolerance T]`

/**
 * `radserve models variant`: the same pack with graphs of a lower precision, as a pack of its own, `NAME-fp16` or
 * `NAME-int8`. Its goldens are the base's, so one that drifts past their tolerances is not added.
 */
export const makeVariant: Action = async (workplace, args) => {
  const { config, store } = workplace
  const { positionals, values } = readArguments(args)
  const pack = await store.open(await store.resolve(required(positionals[0], USAGE)))
  const films = values.calibrate === undefined ? [] : await filmsOf(values.calibrate)
  return inImportFolder(store.root, (folder, signal) =>
    withService(config, async (service) => {
      const runs = join(folder, 'runs')
      await writeRuns(runs, await service.record(pack, films))
      const out = join(folder, 'pack')
      const options = ['--pack', pack.folder, '--runs', runs, '--out', out, '--precision', values.precision]
      const asked = (['components', 'tolerance'] as const).flatMap((key) =>
        values[key] === undefined ? [] : [`--${key}`, values[key]],
      )
      const module = 'importing.variant'
      await runPython({ python: config.RADSERVE_PYTHON, module, args: [...options, ...asked], signal })
      return addFolder(workplace, service, out)
    }),
  )
}

function readArguments(args: readonly string[]) {
  const text = { type: 'string' } as const
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { precision: text, components: text, calibrate: text, tolerance: text },
  })
  const precision = LOWER.find((name) => name === values.precision)
  if (precision === undefined) throw new AppError('invalid_option', `Usage: radserve models ${USAGE}`)
  return { positionals, values: { ...values, precision } }
}

async function filmsOf(folder: string): Promise<Buffer[]> {
  const names = (await readdir(folder)).filter((name) => /\.(png|jpe?g|webp|tiff?|dcm)$/i.test(name)).sort()
  if (names.length === 0) throw new AppError('invalid_option', `${folder} holds no films to calibrate with.`)
  return Promise.all(names.map((name) => readFilm(join(folder, name))))
}

/** `runs.json` says what the files beside it hold: the bytes of one tensor each, little-endian. */
async function writeRuns(folder: string, runs: readonly RecordedRun[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  const index = []
  for (const [at, { role, feeds }] of runs.entries()) {
    const described: Record<string, { dtype: string; dims: readonly number[]; file: string }> = {}
    for (const [name, { dtype, dims, data }] of Object.entries(feeds)) {
      const file = `${at}-${Object.keys(described).length}.bin`
      await writeFile(join(folder, file), bytesOf(data))
      described[name] = { dtype, dims, file }
    }
    index.push({ role, feeds: described })
  }
  await writeFile(join(folder, 'runs.json'), JSON.stringify(index))
}

function bytesOf({ buffer, byteOffset, byteLength }: RecordedRun['feeds'][string]['data']): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
