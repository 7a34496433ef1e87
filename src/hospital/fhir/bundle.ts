/**
 * A document of the service as a FHIR R4 collection Bundle: for each film or study a DiagnosticReport, its Observations and
 * a Provenance, and one Device for all. Everything is preliminary. The patient is not named: whoever sent the film knows who
 * that is, and study and films are named by their own UIDs.
 */
import { randomUUID } from 'node:crypto'
import { AI_NOTICE, type AiDocument, type AiFilm, type AiReport } from '../ai-report.js'
import type { CodeTable } from '../codes/code-table.js'
import { AI_ASSERTED, concept, dcm, REPORT_CATEGORY, reportCode } from './concepts.js'
import { observationOf } from './observation.js'
import type { Bundle, Device, DiagnosticReport, Identifier, Provenance, Reference, Resource } from './resources.js'

interface Entry {
  readonly fullUrl: string
  readonly resource: Resource
}

export function fhirBundle(document: AiDocument, codes: CodeTable): Bundle {
  const timestamp = new Date(document.atMs).toISOString()
  const device = entry(deviceOf(document))
  const reports = document.reports.flatMap((report) => entriesOf(report, { device: refer(device), timestamp, codes }))
  return { resourceType: 'Bundle', type: 'collection', timestamp, entry: [...reports, device] }
}

interface Frame {
  readonly device: Reference
  readonly timestamp: string
  readonly codes: CodeTable
}

function entriesOf(report: AiReport, { device, timestamp, codes }: Frame): Entry[] {
  const studies = studiesOf(report.films)
  const observations = report.findings.map((finding) =>
    entry(observationOf(finding, { device, issued: timestamp, studies, codes })),
  )
  const results = observations.map(refer)
  const main = entry(diagnosticReportOf(report, { issued: timestamp, results, studies }))
  const provenance: Provenance = {
    resourceType: 'Provenance',
    target: [main, ...observations].map(refer),
    recorded: timestamp,
    activity: concept({ system: 'http://terminology.hl7.org/CodeSystem/v3-DataOperation', code: 'CREATE' }, 'create'),
    agent: [
      {
        type: concept({
          system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
          code: 'assembler',
          display: 'Assembler',
        }),
        who: device,
      },
    ],
    ...sourcesOf(report.films),
  }
  return [main, ...observations, entry(provenance)]
}

function diagnosticReportOf(
  report: AiReport,
  { issued, results, studies }: { issued: string; results: readonly Reference[]; studies: readonly Reference[] },
): DiagnosticReport {
  const paragraphs = [AI_NOTICE, ...(report.text === undefined ? [] : [report.text]), ...report.notes]
  return {
    resourceType: 'DiagnosticReport',
    meta: { security: [AI_ASSERTED] },
    text: { status: 'generated', div: narrative(paragraphs) },
    status: 'preliminary',
    category: [REPORT_CATEGORY],
    code: reportCode(report.views),
    issued,
    ...(results.length > 0 && { result: results }),
    ...(studies.length > 0 && { imagingStudy: studies }),
    conclusion: paragraphs.join('\n\n'),
  }
}

function deviceOf({ model, serviceVersion }: AiDocument): Device {
  return {
    resourceType: 'Device',
    identifier: [{ system: 'urn:radserve:model-digest', value: model.digest }],
    status: 'active',
    deviceName: [{ name: model.name, type: 'model-name' }],
    type: concept(dcm('123110', 'Artificial Intelligence')),
    version: [
      { type: { text: 'model' }, value: model.version },
      { type: { text: 'radserve' }, value: serviceVersion },
    ],
  }
}

/** PS3.20 and FHIR's ImagingStudy: a UID as an OID of the system `urn:dicom:uid`. */
function uidOf(uid: string): Identifier {
  return { system: 'urn:dicom:uid', value: `urn:oid:${uid}` }
}

/** Logical references: whoever has the films has resources of their studies. */
function studiesOf(films: readonly AiFilm[]): Reference[] {
  const uids = new Set(films.flatMap(({ uids }) => (uids === undefined ? [] : [uids.study])))
  return [...uids].map((uid) => ({ type: 'ImagingStudy', identifier: uidOf(uid) }))
}

function sourcesOf(films: readonly AiFilm[]): Pick<Provenance, 'entity'> {
  const identifiers = films.flatMap(({ uids, pixelSha256 }): Identifier[] => [
    ...(uids?.instance === undefined ? [] : [uidOf(uids.instance)]),
    ...(pixelSha256 === undefined ? [] : [{ system: 'urn:radserve:pixel-sha256', value: pixelSha256 }]),
  ])
  if (identifiers.length === 0) return {}
  return { entity: identifiers.map((identifier) => ({ role: 'source' as const, what: { identifier } })) }
}

function entry<Kind extends Resource>(resource: Kind): { fullUrl: string; resource: Kind } {
  return { fullUrl: `urn:uuid:${randomUUID()}`, resource }
}

function refer({ fullUrl, resource }: Entry): Reference {
  return { reference: fullUrl, type: resource.resourceType }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function narrative(paragraphs: readonly string[]): string {
  const escaped = paragraphs.map((text) => `<p>${text.replace(/[&<>"]/g, (sign) => ENTITIES[sign]!)}</p>`)
  return `<div xmlns="http://www.w3.org/1999/xhtml">${escaped.join('')}</div>`
}
