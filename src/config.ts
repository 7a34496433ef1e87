import { readFileSync } from 'node:fs'
import { delimiter, dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Type, type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Convert } from 'typebox/value'
import { parse as parseYaml } from 'yaml'
import { GATE_KEYS } from './config/gate-keys.js'
import { IDENTITY_KEYS } from './config/identity-keys.js'
import { NO_HOSPITAL, readHospitalConfig, type HospitalConfig } from './config/hospital-config.js'
import { integer, text } from './config/key.js'
import { NO_TELEMETRY } from './config/no-telemetry.js'
import { AppError, type FieldError } from './errors.js'

const packageRoot = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const MIB = 1 << 20

/** Every key with its default and meaning: `radserve config` and `docs/configuration.md` are printed from here. */
export const ConfigSchema = Type.Object({
  HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on.' }),
  PORT: integer(8080, 'TCP port to listen on; 0 takes a free one.', 0, 65535),
  MODEL_STORE: Type.String({ default: resolve(packageRoot, 'model-store'), description: 'Folder of the model packs.' }),
  RADSERVE_PYTHON: Type.String({
    default: 'python3',
    minLength: 1,
    description: 'Python with the packages of model-store/import/requirements.txt; for importing models alone.',
  }),
  DEFAULT_MODELS: Type.String({
    default: 'cxr-align,lvit-lung,roentgen-mini,refers-mini',
    description:
      'Models (comma-separated name or name@version) that are loaded and warm before the service is ready and never evicted; for each task the first that can do it is its default.',
  }),
  DEVICE: Type.String({
    default: 'auto',
    pattern: '^(auto|cpu|webgpu|(cuda|tensorrt)(:\\d{1,2})?)$',
    description:
      'auto, cpu, cuda[:n], tensorrt[:n] or webgpu. An explicit device that does not load is an error at start.',
  }),
  LANES: integer(
    0,
    'Processes that hold models, all alike; 0: one with all threads, and on the CPU up to four that share them under load.',
    0,
    64,
  ),
  THREADS_PER_LANE: integer(
    0,
    'Compute threads of each lane, with LANES=0 of the first; 0 shares the cores among the lanes.',
    0,
    256,
  ),
  CACHE_BUDGET_BYTES: integer(
    4096 * MIB,
    'Bytes of models that each lane may hold; with LANES=0, all lanes together.',
    MIB,
  ),
  RUN_LIMIT_MS: integer(
    120_000,
    'Least time after which a run of the runtime is taken to hang and its lane is ended; a full-size diffusion model on few cores decodes for half a minute.',
    1_000,
  ),
  IMAGE_THREADS: integer(0, 'Threads that decode and prepare images; 0 takes one for each core, four at most.', 0, 64),
  TEXT_CACHE_BYTES: integer(64 * MIB, 'Bytes of text vectors kept by content.', 0),
  DATA_DIR: Type.String({
    default: 'data',
    description:
      'Folder of what outlives the process: the database with jobs and indexes, and their bytes. Nothing is made before the first of them.',
  }),
  DATABASE_URL: Type.String({
    default: '',
    pattern: '^(postgres(ql)?://.*)?$',
    description:
      'PostgreSQL that several processes share; left out, the service runs a database of its own in DATA_DIR.',
  }),
  MAX_QUEUED_JOBS: integer(1000, 'Jobs that may wait; more are answered 429.', 1, 1_000_000),
  MAX_RUNNING_JOBS: integer(4, 'Jobs that this process carries out at a time.', 1, 1000),
  MAX_JOBS_BYTES: integer(
    10_240 * MIB,
    'Bytes of requests that wait and of answers that are kept; above it no more jobs are taken.',
    MIB,
  ),
  JOB_TIMEOUT_MS: integer(3_600_000, 'Longest time of one attempt at a job; x-timeout-ms may ask for less.', 1),
  JOB_RETENTION_MS: integer(86_400_000, 'How long the answer of a job is kept after it has ended.', 1),
  JOB_LEASE_MS: integer(
    10_000,
    'Time after which a job runs again whose process is gone; a process that loses the database stops its jobs then.',
    2_000,
  ),
  MAX_JOB_CRASHES: integer(3, 'Attempts at a job that may end with their process before it is given up.', 1, 100),
  MAX_INDEXES: integer(64, 'Indexes that may be kept.', 1, 10_000),
  MAX_INDEX_ITEMS: integer(1_000_000, 'Items of one index.', 1),
  WEBHOOK_ORIGINS: Type.String({
    default: '',
    description:
      'Origins (comma-separated, such as https://hooks.example.org) that x-webhook-url may name; none: no webhooks.',
  }),
  WEBHOOK_SECRET: Type.String({
    default: '',
    description: 'Key that webhooks are signed with: whsec_ and the base64 of 24 random bytes or more.',
  }),
  WEBHOOK_PRIVATE_RANGES: Type.String({
    default: '',
    description:
      'Ranges of private addresses (comma-separated, such as 10.1.0.0/16) that webhooks may be sent to all the same.',
  }),
  MAX_REQUESTS_IN_FLIGHT: integer(
    256,
    'Requests per model that may be queued or running; more are answered 429.',
    1,
    100_000,
  ),
  MAX_BODY_BYTES: integer(64 * MIB, 'Bytes of one request body.', 1024),
  MAX_BODIES_BYTES: integer(512 * MIB, 'Bytes of all request bodies in memory at one time.', 1024),
  MAX_IMAGE_BYTES: integer(32 * MIB, 'Bytes of one encoded image.', 1024),
  MAX_IMAGE_PIXELS: integer(40_000_000, 'Pixels of one image, checked before it is decoded.', 1),
  DICOM_TIMEOUT_MS: integer(10_000, 'Longest time that one DICOM file may take to be read.', 100),
  ...GATE_KEYS,
  MAX_IMAGES: integer(32, 'Images in one request.', 1, 10_000),
  MAX_TEXTS: integer(512, 'Texts in one request, generated prompts counted in.', 1, 100_000),
  MAX_MAPS: integer(1024, 'Maps in one answer.', 1, 100_000),
  MAX_MAP_PICTURES: integer(64, 'Maps in one answer that are drawn as PNG.', 1, 10_000),
  MAX_MAP_PIXELS: integer(16_000_000, 'Pixels of all maps of probabilities in one JSON answer.', 1),
  MAX_TEXT_CHARACTERS: integer(5_000, 'Characters of one text, which is cut into tokens in one turn.', 1),
  MAX_PROMPT_CHARACTERS: integer(
    100_000,
    'Characters of one prompt for an image; what the model does not read is cut.',
    1,
  ),
  MAX_STEPS: integer(200, 'Steps that a sampler may be asked for, whatever the model allows.', 1, 10_000),
  MAX_IMAGES_GENERATED: integer(8, 'Images that one request may ask a model to make.', 1, 1000),
  MAX_REPORT_TOKENS: integer(512, 'Tokens of one report, whatever the model allows.', 1, 4096),
  MAX_REPORT_BEAMS: integer(8, 'Texts that a beam search may hold for one report.', 1, 64),
  REFUSE_PERSONAL_PROMPTS: Type.Boolean({
    default: true,
    description: 'Refuse prompts that look like they name a person or hold an identifier.',
  }),
  EVENT_HEARTBEAT_MS: integer(15_000, 'Silence after which a stream of events gets a comment that keeps it open.', 10),
  REQUEST_TIMEOUT_MS: integer(60_000, 'Longest time that one request may take; x-timeout-ms may ask for less.', 1),
  UPLOAD_TIMEOUT_MS: integer(30_000, 'Longest time that the bytes of one request may take to arrive.', 100),
  KEEP_ALIVE_TIMEOUT_MS: integer(72_000, 'Longest time that an idle connection is kept.', 1),
  SHUTDOWN_GRACE_MS: integer(20_000, 'Time that running requests get after SIGTERM.', 0),
  VERIFY_GOLDENS: Type.Boolean({ default: true, description: "Run a pack's goldens before it is served." }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'Least severe level that is logged.',
  }),
  HOSPITAL_CONFIG: text('YAML file of the PACS and other systems of the hospital: docs/pacs.md.'),
  ...IDENTITY_KEYS,
})
export type Config = Readonly<Static<typeof ConfigSchema>>

const validator = Compile(ConfigSchema)

export interface ConfigSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Path of a YAML file with the same keys; the environment wins over it. */
  readonly file?: string
}

/** The configuration, filled and frozen; throws `configuration` naming every mistake at once. */
export function loadConfig(sources: ConfigSources): Config {
  const given = sources.file === undefined ? {} : readYaml(sources.file)
  const unknownKeys = Object.keys(given).filter((key) => !(key in ConfigSchema.properties))
  const mistakes: FieldError[] = unknownKeys.map((key) => ({
    pointer: `/${key}`,
    detail: 'is not a key of the configuration',
  }))
  const values: Record<string, unknown> = {}
  for (const [key, schema] of Object.entries<TSchema>(ConfigSchema.properties)) {
    const text = sources.environment[key]
    const raw = text === undefined || text === '' ? given[key] : text
    values[key] = raw === undefined ? defaultOf(schema) : Convert(schema, raw)
  }
  if (!validator.Check(values)) {
    for (const error of validator.Errors(values)) mistakes.push({ pointer: error.instancePath, detail: error.message })
  }
  if (mistakes.length > 0) throw configurationError(mistakes)
  return Object.freeze(values as Config)
}

/** What the process was started with; nothing else reads the environment. */
export function loadProcessConfig(file?: string): Config {
  return loadConfig({ environment: process.env, ...(file !== undefined && { file }) })
}

/** What `HOSPITAL_CONFIG` says, with the secrets that it names. Throws `configuration`. */
export function loadHospitalConfig(config: Config): HospitalConfig {
  return config.HOSPITAL_CONFIG === '' ? NO_HOSPITAL : readHospitalConfig(config.HOSPITAL_CONFIG, process.env)
}

/** What a lane process inherits: paths of libraries and drivers, above all. */
export function laneEnvironment(): Readonly<Record<string, string | undefined>> {
  return { ...process.env, ...NO_TELEMETRY }
}

/** What the importers, Python packages that make packs, are started with; served models need none of them. */
export function importerEnvironment(): Readonly<Record<string, string | undefined>> {
  const path = [resolve(packageRoot, 'model-store/import'), process.env['PYTHONPATH']].filter(Boolean).join(delimiter)
  return { ...process.env, PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: '1', ...NO_TELEMETRY }
}

/** What a command that asks a running service takes from the environment, beside its options. */
export function commandEnvironment(): { readonly url?: string; readonly key?: string; readonly isVerbose: boolean } {
  const { RADSERVE_URL: url, RADSERVE_API_KEY: key, LOG_LEVEL: level } = process.env
  return { ...(url && { url }), ...(key && { key }), isVerbose: level === 'debug' || level === 'trace' }
}

/** Of the service, from package.json. */
export const SERVICE_VERSION = (
  JSON.parse(readFileSync(resolve(packageRoot, 'package.json'), 'utf8')) as { version: string }
).version

export interface ConfigKey {
  readonly key: string
  readonly fallback: string
  readonly description: string
}

/** The keys for people; paths inside the package are shown relative to it. */
export function configKeys(): ConfigKey[] {
  return Object.entries<TSchema>(ConfigSchema.properties).map(([key, schema]) => ({
    key,
    fallback: key === 'MODEL_STORE' ? 'model-store' : String(defaultOf(schema)),
    description: (schema as { description?: string }).description ?? '',
  }))
}

function defaultOf(schema: TSchema): unknown {
  return (schema as { default?: unknown }).default
}

function readYaml(file: string): Record<string, unknown> {
  try {
    const value = parseYaml(readFileSync(file, 'utf8')) as unknown
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
    throw new Error('it is not a mapping of keys to values')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('configuration', `The configuration file cannot be used: ${why}`, { cause })
  }
}

function configurationError(mistakes: readonly FieldError[]): AppError {
  const lines = mistakes.map((mistake) => `  ${mistake.pointer.slice(1)} ${mistake.detail}`)
  return new AppError('configuration', `The configuration has ${mistakes.length} mistake(s):\n${lines.join('\n')}`, {
    details: { fields: mistakes },
  })
}
