/**
 * A report as an HL7 v2.5.1 unsolicited result (ORU^R01, chapter 7): one OBR, then OBX segments, everything preliminary
 * (OBR-25 and OBX-11 are P). A statement is a CWE, a number an NM, a drafted text an FT; OBX-4 holds what belongs together.
 */
import {
  AI_NOTICE,
  type AiDocument,
  type AiFinding,
  type AiReport,
  type Measure,
  type Statement,
} from '../ai-report.js'
import type { CodeTable, Coded } from '../codes/code-table.js'
import { components, escapeText, segment, timestampOf } from './er7.js'

export interface OruFrame {
  /** MSH-3 to MSH-6. */
  readonly sender: { readonly application: string; readonly facility: string }
  readonly receiver: { readonly application: string; readonly facility: string }
  /** MSH-10: at most 20 characters. What the acknowledgement is told by. */
  readonly controlId: string
  /** What the receiver finds the examination by; no more of the patient is sent. */
  readonly accessionNumber: string
  /** MSH-11: production, training, debugging. */
  readonly processing: 'P' | 'T' | 'D'
}

export function oruMessage(
  { model, serviceVersion, atMs }: Omit<AiDocument, 'reports'>,
  report: AiReport,
  { frame, codes }: { readonly frame: OruFrame; readonly codes: CodeTable },
): string {
  const { sender, receiver } = frame
  const time = timestampOf(atMs)
  const parties = [sender.application, sender.facility, receiver.application, receiver.facility].map(escapeText)
  const type = 'ORU^R01^ORU_R01'
  const header = [...parties, time, '', type, escapeText(frame.controlId), frame.processing, '2.5.1']
  const version = `${model.name}@${model.version}, radserve ${serviceVersion}`
  const equipment = components(model.digest.slice(0, 64), version)
  const rows = [
    ...studyRows(report),
    ...report.findings.flatMap((each, at) => findingRows(each, at + 2, codes)),
    ...textRows(report),
  ]
  const results = rows.map(({ type: kind, code, group, value, unit = '', method = '', notes = [] }, at) =>
    [
      segment('OBX', [
        ...[String(at + 1), kind, code, String(group), value, unit, '', '', '', '', 'P'],
        ...['', '', time, '', '', method, equipment],
      ]),
      ...notes.map((note, index) => segment('NTE', [String(index + 1), 'L', escapeText(note)])),
    ].join(''),
  )
  return [
    segment('MSH', ['^~\\&', ...header, ...['', '', '', '', '', 'UNICODE UTF-8']]),
    segment('OBR', [
      '1',
      '',
      escapeText(frame.accessionNumber),
      REPORT_CODES[report.views ?? 'any'],
      ...gap(17),
      time,
      '',
      'RAD',
      'P',
    ]),
    segment('NTE', ['1', 'L', escapeText(AI_NOTICE)]),
    ...results,
  ].join('')
}

/** OBR-4. */
const REPORT_CODES = {
  one: '36554-4^XR Chest Single view^LN',
  two: '36643-5^XR Chest 2 Views^LN',
  any: '18748-4^Diagnostic imaging study^LN',
} as const

const STATEMENTS: Readonly<Record<Statement, string>> = {
  present: '52101004^Present^SCT',
  absent: '272519000^Absent^SCT',
  indeterminate: '82334004^Indeterminate^SCT',
}

interface Row {
  readonly type: 'CWE' | 'NM' | 'FT' | 'ST'
  readonly code: string
  readonly group: number
  readonly value: string
  readonly unit?: string
  readonly method?: string
  readonly notes?: readonly string[]
}

function studyRows({ films }: AiReport): Row[] {
  const studies = new Set(films.flatMap(({ uids }) => (uids === undefined ? [] : [uids.study])))
  return [...studies].map((uid) => ({ type: 'ST', code: '113014^DICOM Study^DCM', group: 1, value: uid }))
}

function findingRows(finding: AiFinding, group: number, codes: CodeTable): Row[] {
  const { statement, measured, measures, notes } = finding
  const code = codedText(codes.codesOf(finding.label))
  const method = components('', finding.method)
  const stated: Row[] =
    statement === undefined ? [] : [{ type: 'CWE', code, group, value: STATEMENTS[statement], method }]
  const numbers = [...(measured === undefined ? [] : [measured]), ...measures].map((measure): Row => ({
    type: 'NM',
    code: measureCode(code, measure),
    group,
    value: String(measure.value),
    ...unitOf(measure),
    method,
  }))
  const meanings = measures.map(({ code: name, meaning }) => `${name}: ${meaning}`)
  const rows = [...stated, ...numbers]
  return rows.map((row, at) => (at === rows.length - 1 ? { ...row, notes: [...meanings, ...notes] } : row))
}

/** The finding, and in the alternate triplet what of it was measured. */
function measureCode(finding: string, { code }: Measure): string {
  return `${finding.split('^').slice(0, 3).join('^')}^${components(code, code, '99RADSERVE')}`
}

/** Best code first, the next as the alternate. */
function codedText([first, second]: readonly [Coded, ...Coded[]]): string {
  const triplet = ({ code, meaning, scheme }: Coded): string => components(code, meaning, scheme)
  return [triplet(first), ...(second === undefined ? [] : [triplet(second)])].join('^')
}

function unitOf({ unit }: Measure): Pick<Row, 'unit'> {
  return { unit: components(unit, unit, 'UCUM') }
}

function textRows({ text, notes, findings }: AiReport): Row[] {
  const group = findings.length + 2
  if (text === undefined && notes.length === 0) return []
  const value = escapeText([...(text === undefined ? [] : [text]), ...notes].join('\n'))
  return [{ type: 'FT', code: '59776-5^Procedure findings Narrative^LN', group, value }]
}

/** Fields that say nothing. */
function gap(fields: number): string[] {
  return Array.from({ length: fields }, () => '')
}
