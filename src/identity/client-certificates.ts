import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { AppError } from '../errors.js'
import type { Caller } from './caller.js'
import { NAME } from './key-file.js'
import { isScope } from './scopes.js'

const FileSchema = Type.Object(
  {
    certificates: Type.Array(
      Type.Object(
        {
          name: Type.String({ pattern: NAME.source }),
          scopes: Type.Array(Type.String(), { minItems: 1 }),
          subject: Type.Optional(
            Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]), { minProperties: 1 }),
          ),
          sha256: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
const validator = Compile(FileSchema)
type Entry = Static<typeof FileSchema>['certificates'][number]

/** A certificate that the TLS layer has verified up to the CA. */
export interface VerifiedCertificate {
  /** Attributes by their short names: `CN`, `O`, `OU`…; a list where one is there several times. */
  readonly subject: Readonly<Record<string, string | readonly string[]>>
  /** In hexadecimal, lower case, without colons. */
  readonly sha256: string
}

export type FindCertificate = (certificate: VerifiedCertificate) => Caller | undefined

/** The file says who a certificate is: by its whole subject or by its fingerprint. Throws `configuration`. */
export function readCertificateFile(path: string): FindCertificate {
  const entries = readEntries(path)
  return ({ subject, sha256 }) => {
    const found = entries.find((entry) =>
      entry.sha256 === undefined ? isDeepStrictEqual({ ...subject }, entry.subject) : entry.sha256 === sha256,
    )
    if (found === undefined) return undefined
    const { name, scopes } = found
    return { kind: 'certificate', id: `certificate:${name}`, scopes: new Set(scopes), credential: sha256 }
  }
}

function readEntries(path: string): readonly Entry[] {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8')) as unknown
  } catch (cause) {
    throw broken(path, 'it cannot be read as JSON', cause)
  }
  if (!validator.Check(value)) {
    const [first] = validator.Errors(value)
    throw broken(path, `${first?.instancePath ?? ''} ${first?.message ?? ''}`)
  }
  for (const { name, subject, sha256, scopes } of value.certificates) {
    if ((subject === undefined) === (sha256 === undefined)) throw broken(path, `${name} needs a subject or a sha256`)
    const unknown = scopes.find((scope) => !isScope(scope))
    if (unknown !== undefined) throw broken(path, `${unknown} is no scope`)
  }
  return value.certificates
}

function broken(path: string, why: string, cause?: unknown): AppError {
  return new AppError('configuration', `${path} is no file of client certificates: ${why}.`, { cause })
}
