import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../errors.js'
import type { RecordedRun } from '../flows/recorded-runs.js'
import { readFilm } from './film-files.js'
import { inImportFolder } from './import-folder.js'
import { runPython } from './python.js'
import { addFolder, openWorkplace, withService } from './workplace.js'

export interface VariantOptions {
  readonly precision: 'fp16' | 'int8'
  /** Comma-separated. */
  readonly components?: string
  /** A folder of films. */
  readonly calibrate?: string
  readonly tolerance?: number
}

/**
 * `radserve models variant`: the same pack with graphs of a lower precision, as a pack of its own, `NAME-fp16` or
 * `NAME-int8`. Its goldens are the base's, so one that drifts past their tolerances is not added.
 */
export async function makeVariant(reference: string, options: VariantOptions): Promise<number> {
  const workplace = openWorkplace()
  const { config, store } = workplace
  const pack = await store.open(await store.resolve(reference))
  const films = options.calibrate === undefined ? [] : await filmsOf(options.calibrate)
  return inImportFolder(store.root, (folder, signal) =>
    withService(config, async (service) => {
      const runs = join(folder, 'runs')
      await writeRuns(runs, await service.record(pack, films))
      const out = join(folder, 'pack')
      const needed = ['--pack', pack.folder, '--runs', runs, '--out', out, '--precision', options.precision]
      const asked = (['components', 'tolerance'] as const).flatMap((key) =>
        options[key] === undefined ? [] : [`--${key}`, String(options[key])],
      )
      const module = 'importing.variant'
      await runPython({ python: config.RADSERVE_PYTHON, module, args: [...needed, ...asked], signal })
      return addFolder(workplace, service, out)
    }),
  )
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
