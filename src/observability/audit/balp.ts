/**
 * Entries as FHIR R4 AuditEvents after IHE's Basic Audit Log Patterns (https://profiles.ihe.net/ITI/BALP, profiles
 * `IHE.BasicAudit.Read` and `IHE.BasicAudit.Create`). What neither profile is for, a refusal or a start, is an AuditEvent of
 * the codes of DICOM PS3.15 section A.5 and claims no profile.
 */
import type { Entry, EntryEvent } from './entry.js'

interface Coding {
  readonly system: string
  readonly code: string
  readonly display?: string
}

const DCM = 'http://dicom.nema.org/resources/ontology/DCM'
const REST: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
  code: 'rest',
  display: 'Restful Operation',
}
const OWN_EVENTS = 'urn:radserve:audit-event'
const PROFILES = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit'

const dcm = (code: string, display: string): Coding => ({ system: DCM, code, display })
const interaction = (code: string): Coding => ({
  system: 'http://hl7.org/fhir/restful-interaction',
  code,
  display: code,
})

interface Kind {
  readonly type: Coding
  readonly subtype?: Coding
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E'
  readonly profile?: 'Read' | 'Create'
}

const ACTIVITY = dcm('110100', 'Application Activity')
const ALERT = dcm('110113', 'Security Alert')
const CONFIGURATION: Kind = { type: ALERT, subtype: dcm('110131', 'Software Configuration'), action: 'E' }
const KEYS: Kind = { type: ALERT, subtype: dcm('110137', 'User Security Attributes Changed'), action: 'U' }

const KINDS: Readonly<Partial<Record<EntryEvent, Kind>>> = {
  result: { type: REST, subtype: interaction('create'), action: 'C', profile: 'Create' },
  denied: { type: ALERT, subtype: dcm('110126', 'Node Authentication'), action: 'E' },
  film: { type: dcm('110104', 'DICOM Instances Transferred'), action: 'C' },
  delivery: { type: dcm('110106', 'Export'), action: 'R' },
  model_load: CONFIGURATION,
  model_unload: CONFIGURATION,
  key_create: KEYS,
  key_revoke: KEYS,
  keys_change: KEYS,
  service_start: { type: ACTIVITY, subtype: dcm('110120', 'Application Start'), action: 'E' },
  service_stop: { type: ACTIVITY, subtype: dcm('110121', 'Application Stop'), action: 'E' },
}

const METHODS: Readonly<Record<string, Kind>> = {
  GET: { type: REST, subtype: interaction('read'), action: 'R', profile: 'Read' },
  HEAD: { type: REST, subtype: interaction('read'), action: 'R', profile: 'Read' },
  PUT: { type: REST, subtype: interaction('update'), action: 'U' },
  DELETE: { type: REST, subtype: interaction('delete'), action: 'D' },
  POST: { type: REST, subtype: interaction('operation'), action: 'E' },
}

export function auditEventOf(entry: Entry): object {
  const { type, subtype, action, profile } = kindOf(entry)
  const code = outcomeOf(entry)
  const isProfiled = profile !== undefined && code === '0' && textOf(entry, 'peer') !== undefined
  return {
    resourceType: 'AuditEvent',
    ...(isProfiled && { meta: { profile: [`${PROFILES}.${profile}`] } }),
    type,
    subtype: [...(subtype === undefined ? [] : [subtype]), { system: OWN_EVENTS, code: entry.event }],
    action,
    recorded: entry.time,
    outcome: code,
    ...(textOf(entry, 'code') !== undefined && { outcomeDesc: textOf(entry, 'code') }),
    agent: agentsOf(entry, action),
    source: {
      observer: { display: entry.chain },
      type: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/security-source-type',
          code: '4',
          display: 'Application Server',
        },
      ],
    },
    entity: entitiesOf(entry),
  }
}

function kindOf(entry: Entry): Kind {
  const kind = entry.event === 'access' ? METHODS[textOf(entry, 'method') ?? ''] : KINDS[entry.event]
  return kind ?? { type: ACTIVITY, action: 'E' }
}

/** http://hl7.org/fhir/audit-event-outcome: success, the caller's mistake, the service's. */
function outcomeOf({ status }: Entry): '0' | '4' | '8' {
  if (typeof status !== 'number' || status < 400) return '0'
  return status < 500 ? '4' : '8'
}

/** What was read went from us to the client, everything else from the client to us. */
function agentsOf(entry: Entry, action: Kind['action']): object[] {
  const source = dcm('110153', 'Source Role ID')
  const destination = dcm('110152', 'Destination Role ID')
  const [ofClient, ofServer] = action === 'R' ? [destination, source] : [source, destination]
  const caller = textOf(entry, 'caller')
  const peer = textOf(entry, 'peer')
  const server = {
    type: { coding: [ofServer] },
    who: { display: 'radserve' },
    requestor: caller === undefined,
    network: { address: entry.chain, type: '1' },
  }
  if (caller === undefined) return [server]
  const client = {
    type: { coding: [ofClient] },
    who: { identifier: { value: caller } },
    requestor: true,
    ...(peer !== undefined && { network: { address: peer, type: '2' } }),
  }
  return [client, server]
}

/** Members of an entry that are told otherwise than as a detail. */
const TOLD: ReadonlySet<string> = new Set([
  'time',
  'event',
  'caller',
  'peer',
  'model',
  'model_digest',
  'inputs',
  'request_id',
])

function entitiesOf(entry: Entry): object[] {
  const requestId = textOf(entry, 'request_id')
  const job = textOf(entry, 'job')
  const details = Object.entries(entry)
    .filter(([name, value]) => !TOLD.has(name) && value !== undefined)
    .map(([type, value]) => ({ type, valueString: Array.isArray(value) ? value.join(' ') : String(value) }))
    // FHIR has no empty texts.
    .filter(({ valueString }) => valueString !== '')
  const data = {
    what: { identifier: { system: `urn:radserve:${job === undefined ? 'entry' : 'job'}`, value: job ?? entry.hash } },
    type: entityType('2', 'System Object'),
    role: job === undefined ? objectRole('4', 'Domain Resource') : objectRole('20', 'Job'),
    detail: details,
  }
  return [
    ...(requestId === undefined ? [] : [transactionOf(requestId)]),
    data,
    ...other('urn:radserve:model-digest', textOf(entry, 'model_digest'), textOf(entry, 'model')),
    ...(Array.isArray(entry['inputs']) ? entry['inputs'] : []).flatMap((input) =>
      other('urn:radserve:pixel-sha256', String(input), 'film'),
    ),
  ]
}

function transactionOf(requestId: string): object {
  const system = 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType'
  return { what: { identifier: { value: requestId } }, type: { system, code: 'XrequestId' } }
}

function other(system: string, value: string | undefined, name: string | undefined): object[] {
  if (value === undefined && name === undefined) return []
  return [
    { ...(value !== undefined && { what: { identifier: { system, value } } }), type: entityType('4', 'Other'), name },
  ]
}

function entityType(code: string, display: string): Coding {
  return { system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type', code, display }
}

function objectRole(code: string, display: string): Coding {
  return { system: 'http://terminology.hl7.org/CodeSystem/object-role', code, display }
}

function textOf(entry: Entry, field: string): string | undefined {
  const value = entry[field]
  return typeof value === 'string' ? value : undefined
}
