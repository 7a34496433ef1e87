/** Sections of `HOSPITAL_CONFIG` about films that come in: what is done about them, and where results go. docs/hospital.md. */
import { Type, type Static } from 'typebox'
import { Default } from 'typebox/value'
import type { FieldError } from '../errors.js'

const closed = { additionalProperties: false }
const DAY_MS = 86_400_000
const MIB = 1 << 20
/** Stands in logs, metrics and rows. */
const Name = Type.String({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}$' })
const path = Type.String({ minLength: 1 })
const milliseconds = (fallback: number, maximum: number) => Type.Integer({ default: fallback, minimum: 0, maximum })
const count = (fallback: number, maximum: number) => Type.Integer({ default: fallback, minimum: 1, maximum })

/** One pattern or several, of which one has to match: `*` any characters, `?` one, in any case of letters. */
const Pattern = Type.String({ minLength: 1, maxLength: 64 })
const Patterns = Type.Union([Pattern, Type.Array(Pattern, { minItems: 1, maxItems: 32 })])

const WhenSchema = Type.Object(
  {
    source: Type.Optional(Type.Enum(['cstore', 'stow'])),
    called_ae: Type.Optional(Patterns),
    calling_ae: Type.Optional(Patterns),
    modality: Type.Optional(Patterns),
    body_part: Type.Optional(Patterns),
    view: Type.Optional(Patterns),
    /** Of study, series or protocol. */
    description: Type.Optional(Patterns),
  },
  closed,
)

const TaskSchema = Type.Object(
  {
    name: Name,
    route: Type.Enum(['/v1/classifications', '/v1/segmentations', '/v1/reports']),
    /** Each film by itself, or all films of the study that meet the rule together. */
    of: Type.Enum(['film', 'study'], { default: 'film' }),
    model: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    /** As the body of the route has them, without its films. */
    options: Type.Record(Type.String({ pattern: '^[a-z][a-z_0-9]{0,39}$' }), Type.Unknown(), {
      ...closed,
      default: {},
    }),
    accept: Type.Enum(['application/dicom', 'application/fhir+json', 'application/json'], {
      default: 'application/dicom',
    }),
    priority: Type.Enum(['stat', 'routine', 'batch'], { default: 'routine' }),
    to: Type.Array(Name, { maxItems: 16, uniqueItems: true, default: [] }),
  },
  closed,
)

const RuleSchema = Type.Object(
  {
    name: Name,
    when: Type.Object(WhenSchema.properties, { ...closed, default: {} }),
    /** Results are kept to be looked at and go nowhere. */
    shadow: Type.Boolean({ default: false }),
    tasks: Type.Array(TaskSchema, { minItems: 1, maxItems: 32 }),
  },
  closed,
)

const FhirSchema = Type.Object(
  {
    url: Type.String({ pattern: '^https?://[^?#\\s@]+[^?#\\s@/]$' }),
    token_url: Type.String({ pattern: '^https?://[^?#\\s@]+$' }),
    client_id: Type.String({ minLength: 1, maxLength: 256 }),
    /** PKCS#8 in PEM. */
    key_file: path,
    key_id: Type.String({ minLength: 1, maxLength: 256 }),
    algorithm: Type.Enum(['ES384', 'RS384'], { default: 'ES384' }),
    scope: Type.String({ default: 'system/Bundle.c', minLength: 1, maxLength: 1000 }),
    /** Takes http to an address of this machine. */
    loopback_http: Type.Boolean({ default: false }),
  },
  closed,
)

const Party = Type.String({ default: '', maxLength: 180 })
const MllpSchema = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253 }),
    port: Type.Integer({ minimum: 1, maximum: 65535 }),
    tls: Type.Optional(
      Type.Object(
        { ca_file: Type.Optional(path), cert_file: Type.Optional(path), key_file: Type.Optional(path) },
        closed,
      ),
    ),
    /** MSH-3 to MSH-6. */
    sending_application: Type.String({ default: 'RADSERVE', maxLength: 180 }),
    ...{ sending_facility: Party, receiving_application: Party, receiving_facility: Party },
    /** MSH-11. */
    processing: Type.Enum(['P', 'T', 'D'], { default: 'P' }),
  },
  closed,
)

/** By its one member: a name below `servers`, a name below `aes`, or a system of its own. */
const DestinationSchema = Type.Union([
  Type.Object({ stow: Name }, closed),
  Type.Object({ cstore: Name }, closed),
  Type.Object({ fhir: FhirSchema }, closed),
  Type.Object({ mllp: MllpSchema }, closed),
])
export type DestinationSection = Static<typeof DestinationSchema>

const IntakeSchema = Type.Object(
  {
    /** Silence after which a study is complete. */
    quiet_ms: milliseconds(10_000, 3_600_000),
    /** Of films and results that are kept; more is refused. */
    max_bytes: Type.Integer({ default: 10_240 * MIB, minimum: MIB }),
    /** Tasks that are jobs at a time. */
    max_open_tasks: count(16, 1000),
    /** Objects that one destination is sent at a time. */
    max_sends: count(2, 64),
    send_timeout_ms: Type.Integer({ default: 60_000, minimum: 100, maximum: 600_000 }),
    /** Before the second attempt; it doubles with every further one up to the longest. */
    retry_first_ms: Type.Integer({ default: 2_000, minimum: 10, maximum: 600_000 }),
    retry_longest_ms: Type.Integer({ default: 600_000, minimum: 10, maximum: DAY_MS }),
    retry_attempts: count(1_000, 100_000),
    /** What is not delivered by then is a dead letter. */
    retry_for_ms: milliseconds(3 * DAY_MS, 90 * DAY_MS),
    /** Films and results of a study that is done, or that has failed. */
    keep_done_ms: milliseconds(0, 365 * DAY_MS),
    keep_failed_ms: milliseconds(30 * DAY_MS, 365 * DAY_MS),
    keep_shadow_ms: milliseconds(7 * DAY_MS, 365 * DAY_MS),
    /** That a film was there, so that it is not answered a second time. */
    remember_ms: milliseconds(90 * DAY_MS, 3650 * DAY_MS),
  },
  { ...closed, default: {} },
)

export const INTAKE_SECTIONS = {
  intake: IntakeSchema,
  destinations: Type.Record(Name, DestinationSchema, { ...closed, default: {} }),
  rules: Type.Array(RuleSchema, { maxItems: 256, default: [] }),
}

/** The sections with every default, whatever else is wrong with them. */
export function intakeDefaults(file: Readonly<Record<string, unknown>>): Record<keyof typeof INTAKE_SECTIONS, unknown> {
  const { intake, destinations, rules } = file
  return {
    intake: Default(IntakeSchema, intake ?? {}),
    destinations: isMapping(destinations)
      ? Object.fromEntries(Object.entries(destinations).map(([name, each]) => [name, Default(DestinationSchema, each)]))
      : (destinations ?? {}),
    rules: Array.isArray(rules) ? rules.map((rule: unknown) => Default(RuleSchema, rule)) : (rules ?? []),
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export type IntakeSection = Static<typeof IntakeSchema>
export type RuleSection = Static<typeof RuleSchema>
export type TaskSection = Static<typeof TaskSchema>

export interface CheckedSections {
  readonly servers: Readonly<Record<string, unknown>>
  readonly aes: Readonly<Record<string, unknown>>
  readonly destinations: Readonly<Record<string, DestinationSection>>
  readonly rules: readonly RuleSection[]
}

/** What sections say of each other and no schema can check. */
export function crossMistakes({ servers, aes, destinations, rules }: CheckedSections): FieldError[] {
  const ofDestinations = Object.entries(destinations).flatMap(([name, destination]): FieldError[] => {
    const pointer = `/destinations/${name}`
    if ('stow' in destination && !Object.hasOwn(servers, destination.stow))
      return [{ pointer: `${pointer}/stow`, detail: 'names no server of the section servers' }]
    if ('cstore' in destination && !Object.hasOwn(aes, destination.cstore))
      return [{ pointer: `${pointer}/cstore`, detail: 'names no entity of the section aes' }]
    return 'fhir' in destination ? insecure(destination.fhir, `${pointer}/fhir`) : []
  })
  const ofRules = rules.flatMap((rule, at) => [
    ...repeated(rule.name, at, { names: rules.map(({ name }) => name), pointer: `/rules/${at}/name` }),
    ...rule.tasks.flatMap((task, index) => [
      ...repeated(task.name, index, {
        names: rule.tasks.map(({ name }) => name),
        pointer: `/rules/${at}/tasks/${index}/name`,
      }),
      ...taskMistakes(task, { shadow: rule.shadow, destinations, pointer: `/rules/${at}/tasks/${index}` }),
    ]),
  ])
  return [...ofDestinations, ...ofRules]
}

interface TaskPlace {
  readonly shadow: boolean
  readonly destinations: CheckedSections['destinations']
  readonly pointer: string
}

function taskMistakes(
  { route, of, accept, to }: TaskSection,
  { shadow, destinations, pointer }: TaskPlace,
): FieldError[] {
  const mistakes: FieldError[] = []
  if (of === 'study' && route === '/v1/segmentations')
    mistakes.push({ pointer: `${pointer}/of`, detail: 'must be film: masks are of one film' })
  if (accept === 'application/json' && !shadow)
    mistakes.push({ pointer: `${pointer}/accept`, detail: 'can be JSON in shadow mode only: no destination takes it' })
  if (!shadow && to.length === 0) mistakes.push({ pointer: `${pointer}/to`, detail: 'must name a destination' })
  for (const [at, name] of to.entries()) {
    const destination = Object.hasOwn(destinations, name) ? destinations[name] : undefined
    if (destination === undefined) mistakes.push({ pointer: `${pointer}/to/${at}`, detail: 'names no destination' })
    else if (!shadow && takenBy(destination) !== accept)
      mistakes.push({ pointer: `${pointer}/to/${at}`, detail: `is a destination that takes ${takenBy(destination)}` })
  }
  return mistakes
}

/** Messages of HL7 v2 are written from the FHIR answer. */
function takenBy(destination: DestinationSection): TaskSection['accept'] {
  return 'stow' in destination || 'cstore' in destination ? 'application/dicom' : 'application/fhir+json'
}

function repeated(
  name: string,
  at: number,
  { names, pointer }: { names: readonly string[]; pointer: string },
): FieldError[] {
  return names.indexOf(name) === at ? [] : [{ pointer, detail: 'was given before' }]
}

function insecure(fhir: Static<typeof FhirSchema>, pointer: string): FieldError[] {
  return (['url', 'token_url'] as const).flatMap((key) => {
    if (!URL.canParse(fhir[key])) return [{ pointer: `${pointer}/${key}`, detail: 'is no address' }]
    const { protocol, hostname } = new URL(fhir[key])
    const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    if (protocol === 'https:' || (fhir.loopback_http && isHere)) return []
    return [{ pointer: `${pointer}/${key}`, detail: 'must be https, or http on this machine with loopback_http' }]
  })
}
