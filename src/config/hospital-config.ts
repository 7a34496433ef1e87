import { readFileSync } from 'node:fs'
import { Type, type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { Default } from 'typebox/value'
import { parse as parseYaml } from 'yaml'
import { AppError, type FieldError } from '../errors.js'
import { crossMistakes, INTAKE_SECTIONS, intakeDefaults } from './intake-sections.js'

const MIB = 1 << 20
const closed = { additionalProperties: false }
/** What a section is called elsewhere: in requests and in other sections. */
const NAME = '^[a-z0-9][a-z0-9_-]{0,63}$'
/** PS3.5 table 6.2-1: 16 characters, no backslash, no control character, not all spaces. */
const AeTitle = Type.String({ pattern: '^(?! )[ -\\[\\]-~]{1,16}(?<! )$' })
const Port = Type.Integer({ minimum: 0, maximum: 65535 })
const milliseconds = (fallback: number) => Type.Integer({ minimum: 100, maximum: 3_600_000, default: fallback })
const Address = Type.Union([Type.String({ format: 'ipv4' }), Type.String({ format: 'ipv6' })])
const path = Type.String({ minLength: 1 })

/** A secret is named, never written down here: the variable of the environment, or the file, that holds it. */
const AuthSchema = Type.Union([
  Type.Object({ user: path, password_env: path }, closed),
  Type.Object({ user: path, password_file: path }, closed),
  Type.Object({ token_env: path }, closed),
  Type.Object({ token_file: path }, closed),
])

const ServerSchema = Type.Object(
  {
    url: Type.String({ pattern: '^https?://[^/?#@\\s]+(/[^?#\\s]*)?$' }),
    auth: Type.Optional(AuthSchema),
    timeout_ms: milliseconds(30_000),
    max_bytes: Type.Integer({ minimum: 1024, default: 512 * MIB }),
    max_parts: Type.Integer({ minimum: 1, default: 2000 }),
  },
  closed,
)

const AeSchema = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253 }),
    port: Port,
    called_ae: AeTitle,
    calling_ae: Type.Optional(AeTitle),
    timeout_ms: milliseconds(30_000),
    tls: Type.Optional(
      Type.Object(
        { ca_file: Type.Optional(path), cert_file: Type.Optional(path), key_file: Type.Optional(path) },
        closed,
      ),
    ),
  },
  closed,
)

const ScpSchema = Type.Object(
  {
    host: Type.String({ minLength: 1, default: '127.0.0.1' }),
    port: Port,
    ae_title: AeTitle,
    peers: Type.Array(Type.Object({ ae_title: AeTitle, address: Type.Optional(Address) }, closed), {
      minItems: 1,
      maxItems: 1000,
    }),
    max_associations: Type.Integer({ minimum: 1, maximum: 1000, default: 16 }),
    max_object_bytes: Type.Integer({ minimum: 1024, default: 256 * MIB }),
    idle_timeout_ms: milliseconds(30_000),
    tls: Type.Optional(Type.Object({ cert_file: path, key_file: path, client_ca_file: Type.Optional(path) }, closed)),
  },
  closed,
)

/** The file that `HOSPITAL_CONFIG` names: docs/pacs.md. */
export const HospitalConfigSchema = Type.Object(
  {
    /** DICOMweb servers by name. */
    servers: Type.Record(Type.String({ pattern: NAME }), ServerSchema, closed),
    /** Application entities that objects are sent to by C-STORE, by name. */
    aes: Type.Record(Type.String({ pattern: NAME }), AeSchema, closed),
    /** Left out, nobody is listened to. */
    scp: Type.Optional(ScpSchema),
    ...INTAKE_SECTIONS,
  },
  closed,
)
export type HospitalFile = Static<typeof HospitalConfigSchema>

/** As `hospital/dicomweb` takes it. */
export type ServerSecret =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string }

export interface HospitalConfig {
  readonly file: HospitalFile
  /** Of the servers that have one, by the server's name. Never logged. */
  readonly secrets: ReadonlyMap<string, ServerSecret>
}

/** More than the library's eight, so that all mistakes are told at once. */
Settings.Set({ maxErrors: 64 })
const validator = Compile(HospitalConfigSchema)
const authValidator = Compile(AuthSchema)

export const NO_HOSPITAL: HospitalConfig = {
  file: withDefaults({}) as HospitalFile,
  secrets: new Map(),
}

/** Throws `configuration` naming every mistake at once. `environment` holds the secrets that the file names. */
export function readHospitalConfig(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): HospitalConfig {
  const file = withDefaults(readYaml(path))
  const isSound = validator.Check(file)
  const mistakes = isSound ? crossMistakes(file) : mistakesOf(file)
  const secrets = new Map<string, ServerSecret>()
  for (const [name, auth] of authsOf(file)) {
    try {
      secrets.set(name, secretOf(auth, environment))
    } catch (error) {
      mistakes.push({ pointer: `/servers/${name}/auth`, detail: (error as Error).message })
    }
  }
  if (!isSound || mistakes.length > 0) throw configurationError(mistakes)
  return { file, secrets }
}

/** One for each place. What is no name of ours is told by its place alone. */
function mistakesOf(file: unknown): FieldError[] {
  const found = new Map<string, string>()
  for (const { keyword, instancePath, message } of validator.Errors(file)) {
    if (keyword === 'additionalProperties' || found.has(instancePath)) continue
    found.set(instancePath, keyword === 'boolean' ? 'is not known here' : message)
  }
  return [...found].map(([pointer, detail]) => ({ pointer, detail }))
}

/** Section by section: the library's own way fails at a name that does not fit. */
function withDefaults(given: unknown): unknown {
  if (typeof given !== 'object' || Array.isArray(given)) return given
  const file: Record<string, unknown> = { servers: {}, aes: {}, ...given }
  return {
    ...file,
    servers: eachWithDefaults(ServerSchema, file['servers']),
    aes: eachWithDefaults(AeSchema, file['aes']),
    ...('scp' in file && { scp: Default(ScpSchema, file['scp']) }),
    ...intakeDefaults(file),
  }
}

function eachWithDefaults(schema: TSchema, section: unknown): unknown {
  if (typeof section !== 'object' || section === null || Array.isArray(section)) return section
  return Object.fromEntries(
    Object.entries(section).map(([name, entry]: [string, unknown]) => [name, Default(schema, entry)]),
  )
}

type Auth = Static<typeof AuthSchema>

/** Also of a file with mistakes elsewhere. */
function authsOf(file: unknown): [string, Auth][] {
  const servers = Object.entries(
    ((file ?? {}) as { servers?: Record<string, { auth?: unknown } | null> }).servers ?? {},
  )
  return servers.flatMap(([name, server]) => {
    const auth = server?.auth
    return authValidator.Check(auth) ? [[name, auth] as [string, Auth]] : []
  })
}

function secretOf(auth: Auth, environment: Readonly<Record<string, string | undefined>>): ServerSecret {
  if ('token_env' in auth) return { kind: 'bearer', token: variable(auth.token_env, environment) }
  if ('token_file' in auth) return { kind: 'bearer', token: secretFile(auth.token_file) }
  const { user } = auth
  const password = 'password_env' in auth ? variable(auth.password_env, environment) : secretFile(auth.password_file)
  return { kind: 'basic', user, password }
}

function variable(name: string, environment: Readonly<Record<string, string | undefined>>): string {
  const value = environment[name]
  if (value === undefined || value === '') throw new Error('names a variable that is not set')
  return value
}

function secretFile(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch {
    throw new Error('names a file that cannot be read')
  }
  if (text === '') throw new Error('names a file that is empty')
  return text
}

function readYaml(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('configuration', `HOSPITAL_CONFIG: ${path} cannot be read.`, { cause })
  }
  try {
    return parseYaml(text) as unknown
  } catch (cause) {
    throw new AppError('configuration', `HOSPITAL_CONFIG: ${path} is not YAML: ${(cause as Error).message}`, { cause })
  }
}

function configurationError(mistakes: readonly FieldError[]): AppError {
  const lines = mistakes.map(({ pointer, detail }) => `  ${pointer || '/'} ${detail}`)
  return new AppError('configuration', `HOSPITAL_CONFIG has ${mistakes.length} mistake(s):\n${lines.join('\n')}`, {
    details: { fields: mistakes },
  })
}
