import type { AiFinding, Measure } from '../ai-report.js'
import type { CodeTable } from '../codes/code-table.js'
import { AI_ASSERTED, IMAGING_CATEGORY, NO_STATEMENT, STATEMENTS } from './concepts.js'
import type { CodeableConcept, Observation, Quantity, Reference } from './resources.js'

export interface ObservationFrame {
  readonly device: Reference
  /** RFC 3339. */
  readonly issued: string
  readonly studies: readonly Reference[]
  readonly codes: CodeTable
}

export function observationOf(finding: AiFinding, { device, issued, studies, codes }: ObservationFrame): Observation {
  const coding = codes.codesOf(finding.label).map(({ system, code, meaning }) => ({ system, code, display: meaning }))
  return {
    resourceType: 'Observation',
    meta: { security: [AI_ASSERTED] },
    status: 'preliminary',
    category: [IMAGING_CATEGORY],
    code: { coding, text: finding.label },
    issued,
    ...valueOf(finding),
    ...(finding.notes.length > 0 && { note: finding.notes.map((text) => ({ text })) }),
    method: { text: finding.method },
    device,
    ...(studies.length > 0 && { derivedFrom: studies }),
    ...(finding.measures.length > 0 && {
      component: finding.measures.map((measure) => ({
        code: measureCode(measure),
        valueQuantity: quantityOf(measure),
      })),
    }),
  }
}

function valueOf({
  statement,
  measured,
}: AiFinding): Pick<Observation, 'valueCodeableConcept' | 'valueQuantity' | 'dataAbsentReason'> {
  if (measured !== undefined) return { valueQuantity: quantityOf(measured) }
  return statement === undefined ? { dataAbsentReason: NO_STATEMENT } : { valueCodeableConcept: STATEMENTS[statement] }
}

function measureCode({ code, meaning }: Measure): CodeableConcept {
  return { coding: [{ system: 'urn:radserve:measure', code }], text: meaning }
}

const UNIT_NAMES: Readonly<Record<Measure['unit'], string>> = {
  '1': '1',
  mm2: 'mm²',
  '{pixels}': 'pixels',
  '{count}': 'count',
}

function quantityOf({ value, unit }: Measure): Quantity {
  return { value, unit: UNIT_NAMES[unit], system: 'http://unitsofmeasure.org', code: unit }
}
