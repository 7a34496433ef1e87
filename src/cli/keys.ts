import { openAuditOf } from '../app/exposure.js'
import { loadProcessConfig, type Config } from '../config.js'
import { AppError } from '../errors.js'
import { createKey } from '../identity/api-key.js'
import { isScope, SCOPE_NAMES, type Scope } from '../identity/identity.js'
import { changeKeyFile, NAME, readKeyFile } from '../identity/key-file.js'
import { createLogger } from '../observability/logger.js'
import { silentMeter, systemClock, type AuditRecord } from '../ports.js'

export interface KeyOptions {
  /** Comma-separated. */
  readonly scopes: string
  readonly expires?: string
}

/** `radserve keys create`: the key goes to stdout, all else to stderr. */
export async function createApiKey(name: string, given: KeyOptions): Promise<number> {
  const config = keyConfig()
  if (!NAME.test(name))
    throw new AppError('invalid_option', 'A name has 1 to 64 letters, digits and . _ @ -, the first a letter or digit.')
  const scopes = scopesOf(given.scopes)
  const expiresAt = given.expires === undefined ? undefined : timeOf(given.expires)
  const { key, stored } = createKey({ name, scopes, ...(expiresAt !== undefined && { expiresAt }) }, new Date())
  const record = { event: 'key_create', caller: `key:${name}`, credential: stored.id, scopes } as const
  await recorded(config, record, () => changeKeyFile(config.API_KEYS_FILE, (keys) => [...keys, stored]))
  process.stderr.write(`The key ${stored.id} of ${name}; it is shown this once:\n`)
  process.stdout.write(`${key}\n`)
  return 0
}

export async function revokeApiKey(id: string): Promise<number> {
  const config = keyConfig()
  const known = (await readKeyFile(config.API_KEYS_FILE)).find((key) => key.id === id)
  if (known === undefined) throw new AppError('invalid_option', 'There is no key of this id; `radserve keys list`.')
  const record = { event: 'key_revoke', caller: `key:${known.name}`, credential: id } as const
  await recorded(config, record, () =>
    changeKeyFile(config.API_KEYS_FILE, (keys) => keys.filter((key) => key.id !== id)),
  )
  process.stdout.write(`revoked ${id}; a running service knows it within a second\n`)
  return 0
}

export async function listApiKeys(): Promise<number> {
  const { API_KEYS_FILE: path } = keyConfig()
  for (const { id, name, scopes, created_at: createdAt, expires_at: expiresAt } of await readKeyFile(path)) {
    const ends = expiresAt === undefined ? '' : `  until ${expiresAt}`
    process.stdout.write(`${id}  ${name}  ${scopes.join(',')}  since ${createdAt}${ends}\n`)
  }
  return 0
}

function keyConfig(): Config {
  const config = loadProcessConfig()
  if (config.API_KEYS_FILE === '') throw new AppError('invalid_option', 'Say in API_KEYS_FILE where the keys are kept.')
  return config
}

/** No key changes that could not be written down, where the service must not go on unrecorded either. */
async function recorded(config: Config, record: AuditRecord, change: () => Promise<void>): Promise<void> {
  const log = createLogger('warn', process.stderr)
  const audit = await openAuditOf(config, { log, meter: silentMeter, clock: systemClock })
  try {
    audit.admit()
    await change()
    audit.record(record)
  } finally {
    await audit.close()
  }
}

function scopesOf(text: string): Scope[] {
  const scopes = text.split(',').map((scope) => scope.trim())
  const unknown = scopes.find((scope) => !isScope(scope))
  if (unknown === undefined) return scopes.filter(isScope)
  throw new AppError('invalid_option', `--scopes takes a list of ${SCOPE_NAMES.join(', ')}.`)
}

function timeOf(text: string): Date {
  const time = new Date(text)
  if (!Number.isNaN(time.getTime()) && time.getTime() > Date.now()) return time
  throw new AppError('invalid_option', '--expires takes a time to come, such as 2027-01-31T00:00:00Z.')
}
