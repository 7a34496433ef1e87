/** What a hospital writes down about films that come in, as sections of the file that `HOSPITAL_CONFIG` names. */
import { Type, type Static, type TSchema } from 'typebox'

const closed = { additionalProperties: false }
const DAY_MS = 86_400_000

/** Of rules, tasks, destinations: stands in logs, metrics and rows. */
export const NameSchema = Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,39}$' })

const milliseconds = (fallback: number, most: number) => Type.Integer({ default: fallback, minimum: 0, maximum: most })

/** One pattern or several, of which one has to match: `*` any characters, `?` one, in any case of letters. */
const Patterns = Type.Union([
  Type.String({ minLength: 1, maxLength: 64 }),
  Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 32 }),
])

export const WhenSchema = Type.Object(
  {
    source: Type.Optional(Type.Enum(['cstore', 'stow'])),
    calledAe: Type.Optional(Patterns),
    callingAe: Type.Optional(Patterns),
    modality: Type.Optional(Patterns),
    bodyPart: Type.Optional(Patterns),
    view: Type.Optional(Patterns),
    /** Of study, series or protocol. */
    description: Type.Optional(Patterns),
  },
  closed,
)
export type When = Readonly<Static<typeof WhenSchema>>

export const ROUTES = ['/v1/classifications', '/v1/segmentations', '/v1/reports'] as const
export const RESULT_TYPES = ['application/dicom', 'application/fhir+json', 'application/json'] as const

export const TaskSchema = Type.Object(
  {
    name: NameSchema,
    route: Type.Enum([...ROUTES]),
    /** Each film by itself, or all films of the study that meet the rule together. */
    of: Type.Optional(Type.Enum(['film', 'study'])),
    model: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    /** As the body of the route has them, without its films. */
    options: Type.Optional(Type.Record(Type.String({ pattern: '^[a-z][a-z_0-9]{0,39}$' }), Type.Unknown())),
    accept: Type.Enum([...RESULT_TYPES]),
    priority: Type.Optional(Type.Enum(['stat', 'routine', 'batch'])),
    to: Type.Optional(Type.Array(NameSchema, { maxItems: 16, uniqueItems: true })),
  },
  closed,
)
export type TaskSettings = Readonly<Static<typeof TaskSchema>>

export const RuleSchema = Type.Object(
  {
    name: NameSchema,
    when: Type.Optional(WhenSchema),
    /** Results are kept to be looked at and go nowhere. */
    shadow: Type.Optional(Type.Boolean()),
    tasks: Type.Array(TaskSchema, { minItems: 1, maxItems: 32 }),
  },
  closed,
)
export type Rule = Readonly<Static<typeof RuleSchema>>

export const RulesSchema = Type.Array(RuleSchema, { maxItems: 256 })

export const IntakeSchema = Type.Object(
  {
    /** Silence after which a study is complete. */
    quietMs: milliseconds(10_000, 3_600_000),
    /** Of films and results that are kept; more is refused. */
    maxBytes: Type.Integer({ default: 10 * 2 ** 30, minimum: 1 << 20 }),
    /** Tasks that are jobs at a time. */
    maxOpenTasks: Type.Integer({ default: 16, minimum: 1, maximum: 1000 }),
    /** Objects that one destination is sent at a time. */
    maxSends: Type.Integer({ default: 2, minimum: 1, maximum: 64 }),
    sendTimeoutMs: milliseconds(60_000, 600_000),
    /** Before the second attempt; it doubles with every further one. */
    retryFirstMs: milliseconds(2_000, 600_000),
    retryLongestMs: milliseconds(600_000, DAY_MS),
    retryAttempts: Type.Integer({ default: 1_000, minimum: 1, maximum: 100_000 }),
    /** What could not be delivered by then is a dead letter. */
    retryForMs: milliseconds(3 * DAY_MS, 90 * DAY_MS),
    /** Films and results of a study that is done, or that has failed. */
    keepDoneMs: milliseconds(0, 365 * DAY_MS),
    keepFailedMs: milliseconds(30 * DAY_MS, 365 * DAY_MS),
    keepShadowMs: milliseconds(7 * DAY_MS, 365 * DAY_MS),
    /** That a film was there, so that it is not answered a second time. */
    rememberMs: milliseconds(90 * DAY_MS, 3650 * DAY_MS),
  },
  closed,
)
export type IntakeSettings = Readonly<Static<typeof IntakeSchema>>

/** Settings with every default. */
export function fillIntake(given: Partial<IntakeSettings> = {}): IntakeSettings {
  const defaults = Object.entries<TSchema>(IntakeSchema.properties).map(([key, schema]) => [
    key,
    (schema as { default?: unknown }).default,
  ])
  return { ...(Object.fromEntries(defaults) as IntakeSettings), ...given }
}
