import type { Statement } from '../ai-report.js'
import type { CodeableConcept, Coding } from './resources.js'

export const dcm = (code: string, display: string): Coding => ({
  system: 'http://dicom.nema.org/resources/ontology/DCM',
  code,
  display,
})
const sct = (code: string, display: string): Coding => ({ system: 'http://snomed.info/sct', code, display })
const loinc = (code: string, display: string): Coding => ({ system: 'http://loinc.org', code, display })

export function concept(coding: Coding, text?: string): CodeableConcept {
  return { coding: [coding], ...(text !== undefined && { text }) }
}

/** HL7's security label of what software with artificial intelligence asserted. */
export const AI_ASSERTED: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'AIAST',
  display: 'Artificial Intelligence asserted',
}

export const REPORT_CATEGORY = concept(loinc('LP29684-5', 'Radiology'))
export const IMAGING_CATEGORY = concept({
  system: 'http://terminology.hl7.org/CodeSystem/observation-category',
  code: 'imaging',
  display: 'Imaging',
})

/** The examination that was read, where every film says that it is a radiograph of a chest; else any. */
export function reportCode(views?: 'one' | 'two'): CodeableConcept {
  switch (views) {
    case 'one':
      return concept(loinc('36554-4', 'XR Chest Single view'))
    case 'two':
      return concept(loinc('36643-5', 'XR Chest 2 Views'))
    case undefined:
      return concept(loinc('18748-4', 'Diagnostic imaging study'))
  }
}

export const STATEMENTS: Readonly<Record<Statement, CodeableConcept>> = {
  present: { coding: [sct('52101004', 'Present'), dcm('121053', 'Present')], text: 'present' },
  absent: { coding: [sct('272519000', 'Absent'), dcm('121054', 'Absent')], text: 'absent' },
  indeterminate: { coding: [sct('82334004', 'Indeterminate')], text: 'indeterminate' },
}

/** Of a score that nobody gave a threshold. */
export const NO_STATEMENT: CodeableConcept = concept(
  { system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown', display: 'Unknown' },
  'The model gives a score and says neither that the finding is present nor that it is absent.',
)
