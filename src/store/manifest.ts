import { Type, type Static, type TObject, type TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { AppError, type FieldError } from '../errors.js'
import { ComponentSchema, PackFileSchema } from '../families/component.js'
import { TASKS, type Family, type FamilyManifest } from '../families/family.js'

export const MANIFEST_SCHEMA_VERSION = 1

export const NAME_PATTERN = '^[a-z0-9][a-z0-9._-]{0,99}$'
/** Semantic Versioning 2.0.0, without build metadata: two versions must not differ in what SemVer ignores. */
export const VERSION_PATTERN =
  '^(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$'

const closed = { additionalProperties: false }

export const SourceSchema = Type.Object(
  {
    repository: Type.Optional(Type.String()),
    commit: Type.Optional(Type.String()),
    url: Type.Optional(Type.String()),
    sha256: Type.Optional(Type.String()),
  },
  closed,
)

export const LicenceSchema = Type.Object(
  {
    code: Type.Optional(Type.String()),
    weights: Type.String(),
    data: Type.Optional(Type.String()),
    gated: Type.Boolean(),
    commercial_use: Type.Union([Type.Boolean(), Type.String()]),
    attributions: Type.Optional(Type.Array(Type.String())),
  },
  closed,
)

export const TrainingSchema = Type.Object({ data: Type.String(), size: Type.String(), how: Type.String() }, closed)

/** One measured figure: `interval` is its 95 % confidence interval, `baseline` the same metric of the simplest rival. */
export const EvaluationSchema = Type.Object(
  {
    data: Type.String(),
    split: Type.String(),
    n: Type.Integer({ minimum: 1 }),
    metric: Type.String(),
    value: Type.Number(),
    interval: Type.Optional(Type.Tuple([Type.Number(), Type.Number()])),
    baseline: Type.Optional(Type.Union([Type.Number(), Type.String()])),
    note: Type.Optional(Type.String()),
  },
  closed,
)

const baseProperties = {
  schema: Type.Literal(MANIFEST_SCHEMA_VERSION),
  name: Type.String({ pattern: NAME_PATTERN }),
  version: Type.String({ pattern: VERSION_PATTERN, maxLength: 100 }),
  family: Type.String(),
  tasks: Type.Array(Type.Enum([...TASKS]), { minItems: 1, uniqueItems: true }),
  title: Type.String({ minLength: 1 }),
  /** When the pack was made, RFC 3339; left out, the service tells the time of the file. */
  created: Type.Optional(Type.String({ format: 'date-time' })),
  source: SourceSchema,
  licence: LicenceSchema,
  citation: Type.Optional(Type.String()),
  intended_use: Type.String(),
  not_for: Type.String(),
  limitations: Type.Array(Type.String()),
  training: Type.Optional(TrainingSchema),
  evaluation: Type.Array(EvaluationSchema),
  components: Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]*$' }), ComponentSchema),
  /** Every other file of the pack that the service reads (tokenizer, goldens), with its digest. */
  files: Type.Array(PackFileSchema),
}

export type Manifest = Static<TObject<typeof baseProperties>> & FamilyManifest

/** The JSON Schema of `model.json` for packs of one family. */
export function manifestSchema(family: Family): TSchema {
  return Type.Object(
    { ...baseProperties, family: Type.Literal(family.name), ...family.sections },
    { ...closed, $id: `radserve:manifest:${family.name}:${MANIFEST_SCHEMA_VERSION}` },
  )
}

export type ManifestReader = (bytes: Uint8Array) => Manifest

/**
 * Reads the bytes of a `model.json`. Throws `model_invalid` with a JSON pointer for each place that does not fit, or
 * the family's own faults.
 */
export function createManifestReader(families: Readonly<Record<string, Family>>): ManifestReader {
  const validators = new Map<string, Validator>()
  return (bytes) => {
    const value = parseJson(bytes)
    const family = familyOf(value, families)
    let validator = validators.get(family.name)
    if (validator === undefined) validators.set(family.name, (validator = Compile(manifestSchema(family))))
    if (!validator.Check(value)) throw invalid('model.json does not fit its schema.', fieldErrors(validator, value))
    const manifest = value as Manifest
    const faults = family.faults(manifest)
    if (faults.length > 0) throw invalid(`model.json is not sound: ${faults.join(' ')}`)
    return manifest
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch (cause) {
    throw new AppError('model_invalid', 'model.json is not JSON in UTF-8.', { cause })
  }
}

function familyOf(value: unknown, families: Readonly<Record<string, Family>>): Family {
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  if (fields['schema'] !== MANIFEST_SCHEMA_VERSION) {
    throw invalid(`model.json is not of schema ${MANIFEST_SCHEMA_VERSION}, the one that this version reads.`)
  }
  const name = fields['family']
  const family = typeof name === 'string' && Object.hasOwn(families, name) ? families[name] : undefined
  if (family === undefined)
    throw invalid(`model.json names a family that is not one of ${Object.keys(families).join(', ')}.`)
  return family
}

function fieldErrors(validator: Validator, value: unknown): FieldError[] {
  const seen = new Map<string, FieldError>()
  for (const error of validator.Errors(value)) {
    // A forbidden member is reported at itself too, in words that only a validator understands.
    const detail = error.keyword === 'boolean' ? 'is not a member of this schema' : error.message
    if (!seen.has(error.instancePath)) seen.set(error.instancePath, { pointer: error.instancePath, detail })
  }
  return [...seen.values()].slice(0, 20)
}

function invalid(message: string, fields?: readonly FieldError[]): AppError {
  return new AppError('model_invalid', message, fields === undefined ? {} : { details: { fields } })
}
