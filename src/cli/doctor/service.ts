import { checkExposure } from '../../app/exposure.js'
import { createService, openStore, type Service } from '../../app.js'
import type { Config } from '../../config.js'
import { AppError } from '../../errors.js'
import { createLogger } from '../../observability/logger.js'
import { pythonModules } from '../python.js'
import { hasNvidiaDriver } from './machine.js'
import { failed, mebibytes, messageOf, ok, warning, type Check } from './check.js'

/** Devices are found by a log line for each lane: what was tried first says why it was refused. */
interface LaneLine {
  readonly device?: string
  readonly refused?: readonly string[]
}

/** A database that is there answers at once. */
const DATABASE_WITHIN_MS = 5_000

/** Of the importers alone: a service needs no Python. */
const IMPORTER_MODULES = ['torch', 'onnx', 'onnxruntime', 'transformers'] as const

export function checkAddress(config: Config): Check {
  const found = `${config.HOST}:${config.PORT}`
  try {
    checkExposure(config, createLogger('silent'))
    return ok('address', found)
  } catch (error) {
    return failed('address', found, messageOf(error))
  }
}

export async function checkStore(config: Config): Promise<Check[]> {
  const { store } = openStore(config)
  const names = await store.list().catch((error: unknown) => messageOf(error))
  if (typeof names === 'string')
    return [failed('models', names, 'Point MODEL_STORE at a folder of packs; `radserve models add` makes one.')]
  const broken: string[] = []
  for (const [name, versions] of names)
    for (const version of versions)
      await store
        .open({ name, version })
        .catch((error: unknown) => broken.push(`${name}@${version}: ${messageOf(error)}`))
  const missing = await missingDefaults(config)
  const found = `${names.size} in ${store.root}`
  if (missing.length > 0)
    return [failed('models', `${found}; not there: ${missing.join(', ')}`, 'Add them, or change DEFAULT_MODELS.')]
  return broken.length > 0
    ? [warning('models', broken.join('; '), 'Take them away or add them again; `radserve models verify` looks closer.')]
    : [ok('models', found)]
}

async function missingDefaults(config: Config): Promise<string[]> {
  const { store } = openStore(config)
  const asked = config.DEFAULT_MODELS.split(',').map((name) => name.trim())
  const missing: string[] = []
  for (const name of asked.filter(Boolean)) await store.resolve(name).catch(() => missing.push(name))
  return missing
}

/** Starts the lanes and, where one is configured, opens the database; what a started service can tell. */
export async function checkRunning(config: Config): Promise<Check[]> {
  const lines: LaneLine[] = []
  const sink = { write: (line: string) => void lines.push(JSON.parse(line) as LaneLine) }
  const quiet = { ...config, DEFAULT_MODELS: '', AUDIT: 'off' } as const
  try {
    const service = await createService(quiet, createLogger('info', sink))
    try {
      return [checkDevices(config, service, lines), await checkDatabase(config, service)]
    } finally {
      await service.close(0)
    }
  } catch (error) {
    const advice = 'Choose another DEVICE, or install what it names: docs/deployment.md.'
    return [failed('devices', messageOf(error), advice)]
  }
}

function checkDevices({ DEVICE: asked }: Config, { engine }: Service, lines: readonly LaneLine[]): Check {
  const { lanes } = engine.status()
  const devices = [...new Set(lanes.flatMap(({ device }) => device ?? []))]
  const found = `${devices.join(', ')} (DEVICE=${asked}), ${lanes.length} lane(s), ${mebibytes(lanes[0]?.budgetBytes ?? 0)} each`
  if (devices.length === 0) return failed('devices', 'no lane started', 'LOG_LEVEL=debug radserve serve says more.')
  const refused = lines.flatMap((line) => line.refused ?? []).find((text) => text.startsWith('cuda'))
  if (refused === undefined || !hasNvidiaDriver()) return ok('devices', found)
  const advice =
    'There is an NVIDIA driver and it is not used: take the CUDA image, or add its libraries (docs/deployment.md).'
  return warning('devices', `${found}; ${refused.split('\n')[0]!}`, advice)
}

async function checkDatabase({ DATABASE_URL: url }: Config, service: Service): Promise<Check> {
  if (url === '') return ok('database', 'embedded, made in DATA_DIR at the first job or index')
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, DATABASE_WITHIN_MS, false)))
  const isOpen = await Promise.race([
    service.state.open().then(
      () => true,
      () => false,
    ),
    late,
  ])
  clearTimeout(timer)
  // Inference goes on without it; jobs and indexes do not.
  return isOpen
    ? ok('database', `PostgreSQL at ${hostOf(url)}`)
    : failed(
        'database',
        `no answer from ${hostOf(url)}`,
        'Look at DATABASE_URL, and whether the server takes this address and user.',
      )
}

/** Without the user and the password. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'DATABASE_URL'
}

export async function checkPython({ RADSERVE_PYTHON: python }: Config): Promise<Check> {
  try {
    const missing = await pythonModules(python, IMPORTER_MODULES)
    const advice = 'Only importing checkpoints needs them: pip install -r model-store/import/requirements.txt.'
    return missing.length === 0
      ? ok('Python', `${python} has what importers need`)
      : warning('Python', `${python} lacks ${missing.join(', ')}`, advice)
  } catch (error) {
    const advice = 'Only importing checkpoints needs it: install Python 3, or set RADSERVE_PYTHON.'
    return warning('Python', error instanceof AppError ? error.message : messageOf(error), advice)
  }
}
