/** What a Bundle of `fhirBundle` was written from, so far as another format says it too; of no other Bundle. */
import {
  AI_NOTICE,
  type AiDocument,
  type AiFinding,
  type AiReport,
  type Measure,
  type Statement,
} from '../ai-report.js'
import { reportCode, STATEMENTS } from './concepts.js'
import type { Bundle, CodeableConcept, Device, DiagnosticReport, Observation, Quantity, Resource } from './resources.js'

export function documentOf(bundle: Bundle): AiDocument {
  const resources = new Map(bundle.entry.map(({ fullUrl, resource }) => [fullUrl, resource]))
  const device = [...resources.values()].find((resource): resource is Device => resource.resourceType === 'Device')
  const reports = [...resources.values()].filter(isReport)
  return {
    reports: reports.map((report) => reportOf(report, resources)),
    model: {
      name: device?.deviceName[0]?.name ?? '',
      version: versionOf(device, 'model'),
      digest: device?.identifier[0]?.value ?? '',
    },
    serviceVersion: versionOf(device, 'radserve'),
    atMs: Date.parse(bundle.timestamp),
  }
}

function isReport(resource: Resource): resource is DiagnosticReport {
  return resource.resourceType === 'DiagnosticReport'
}

function versionOf(device: Device | undefined, text: string): string {
  return device?.version.find(({ type }) => type.text === text)?.value ?? ''
}

function reportOf(report: DiagnosticReport, resources: ReadonlyMap<string, Resource>): AiReport {
  const findings = (report.result ?? []).flatMap(({ reference }) => {
    const found = reference === undefined ? undefined : resources.get(reference)
    return found?.resourceType === 'Observation' ? [findingOf(found)] : []
  })
  // Text and notes stand one after the other behind the notice, and so they do in any other format.
  const said = report.conclusion.slice(AI_NOTICE.length).trim()
  const views = (['one', 'two'] as const).find((each) => codeOf(reportCode(each)) === codeOf(report.code))
  return {
    films: (report.imagingStudy ?? []).flatMap(({ identifier }) =>
      identifier === undefined ? [] : [{ uids: { study: identifier.value.replace(/^urn:oid:/, '') } }],
    ),
    findings,
    notes: [],
    ...(views !== undefined && { views }),
    ...(said !== '' && { text: said }),
  }
}

function codeOf({ coding }: CodeableConcept): string | undefined {
  return coding?.[0]?.code
}

function findingOf(observation: Observation): AiFinding {
  const { code, method, note = [], component = [], valueCodeableConcept: value, valueQuantity: quantity } = observation
  const statement = (Object.keys(STATEMENTS) as Statement[]).find((each) => each === value?.text)
  return {
    label: code.text ?? '',
    method: method.text ?? '',
    measures: component.map(({ code: named, valueQuantity }) => measureOf(named, valueQuantity)),
    notes: note.map(({ text }) => text),
    ...(statement !== undefined && { statement }),
    ...(quantity !== undefined && { measured: measureOf({ text: 'Area' }, quantity) }),
  }
}

function measureOf(named: CodeableConcept, { value, code }: Quantity): Measure {
  const unit = code as Measure['unit']
  const ofValue = unit === 'mm2' ? 'area' : 'area-px'
  return { code: codeOf(named) ?? ofValue, meaning: named.text ?? '', value, unit }
}
