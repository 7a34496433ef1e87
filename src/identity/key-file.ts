import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AppError } from '../errors.js'
import type { StoredKey } from './api-key.js'
import { isScope, type Scope } from './scopes.js'

/** Names are printed in audit entries and compared as they are. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/
const MAX_FILE_BYTES = 4 << 20

const time = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$' })
const KeyFileSchema = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: '^[A-Za-z0-9_-]{12}$' }),
          name: Type.String({ pattern: NAME.source }),
          scopes: Type.Array(Type.String(), { minItems: 1 }),
          sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
          created_at: time,
          expires_at: Type.Optional(time),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
const validator = Compile(KeyFileSchema)

/** Throws `configuration` for a file that is not there, cannot be read or is not a list of keys. */
export async function readKeyFile(path: string): Promise<StoredKey[]> {
  const text = await readText(path)
  const value = parse(text, path)
  if (!validator.Check(value)) {
    const [first] = validator.Errors(value)
    throw broken(path, `${first?.instancePath ?? ''} ${first?.message ?? ''}`)
  }
  const ids = new Set(value.keys.map(({ id }) => id))
  if (ids.size < value.keys.length) throw broken(path, 'an id is there twice')
  return value.keys.map(({ scopes, ...key }) => ({ ...key, scopes: scopes.map((scope) => scopeOf(scope, path)) }))
}

/** Changes the file as a whole: a reader sees the old keys or the new ones, and of two writers one waits its turn. */
export async function changeKeyFile(
  path: string,
  change: (keys: readonly StoredKey[]) => readonly StoredKey[],
): Promise<void> {
  const lock = `${path}.lock`
  const held = await open(lock, 'wx', 0o600).catch((cause: unknown) => {
    const why =
      (cause as NodeJS.ErrnoException).code === 'EEXIST' ? 'somebody else is changing it' : 'no lock beside it'
    throw new AppError('configuration', `${path} cannot be changed: ${why} (${lock}).`, { cause })
  })
  try {
    const isThere = await stat(path).then(
      () => true,
      () => false,
    )
    await replace(path, { keys: change(isThere ? await readKeyFile(path) : []) })
  } finally {
    await held.close()
    await rm(lock, { force: true })
  }
}

async function replace(path: string, value: object): Promise<void> {
  const mine = `${path}.${randomUUID()}`
  try {
    const file = await open(mine, 'wx', 0o600)
    await file.writeFile(`${JSON.stringify(value, null, 2)}\n`)
    await file.sync()
    await file.close()
    await rename(mine, path)
  } finally {
    await rm(mine, { force: true })
  }
  const folder = await open(dirname(path))
  await folder.sync().finally(() => folder.close())
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > MAX_FILE_BYTES) throw broken(path, `it has more than ${MAX_FILE_BYTES} bytes`)
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw broken(path, (cause as NodeJS.ErrnoException).code ?? 'it cannot be read', cause)
  }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw broken(path, 'it is not JSON', cause)
  }
}

function scopeOf(text: string, path: string): Scope {
  if (isScope(text)) return text
  throw broken(path, `${text} is no scope`)
}

function broken(path: string, why: string, cause?: unknown): AppError {
  return new AppError('configuration', `${path} is no file of keys: ${why}.`, { cause })
}
