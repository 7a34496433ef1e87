/**
 * Codes of the findings, as data that a hospital can replace: `chest-findings.json` says where each code comes from and how
 * sure it is. What has no code that somebody confirmed gets the label itself as a local code, never a near miss.
 */
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { AppError } from '../../errors.js'
import shipped from './chest-findings.json' with { type: 'json' }

const closed = { additionalProperties: false } as const
const Text = Type.String({ minLength: 1, maxLength: 400 })
const Code = Type.String({ pattern: '^[^\\s]{1,64}$' })
const KnownCode = Type.Object({ code: Code, meaning: Text, evidence: Text }, closed)

const FindingCodesSchema = Type.Object(
  {
    label: Text,
    /** Code in `localSystem`. At most 16 characters would fit a DICOM Code Value (SH); longer ones are shortened there. */
    local: Code,
    /** How sure the codes are. `ok`: confirmed; `partial`: near; `local`: none fits; `check`: waits for a confirmation. */
    status: Type.Enum(['ok', 'partial', 'local', 'check']),
    sct: Type.Optional(KnownCode),
    dcm: Type.Optional(KnownCode),
    /** Told for whoever confirms it, used by nothing. */
    unconfirmed: Type.Optional(Type.Object({ system: Text, code: Code, meaning: Text, evidence: Text }, closed)),
    note: Type.Optional(Text),
  },
  closed,
)
export type FindingCodes = Static<typeof FindingCodesSchema>

const CodeTableSchema = Type.Object(
  {
    source: Text,
    revision: Text,
    licence: Text,
    localSystem: Type.String({ pattern: '^(urn:|https?://)\\S{1,200}$' }),
    findings: Type.Array(FindingCodesSchema, { maxItems: 1000 }),
  },
  closed,
)
export type CodeTableData = Static<typeof CodeTableSchema>

export interface Coded {
  /** `SCT` and `DCM` are DICOM's designators; `99RADSERVE` is the local one (PS3.16 section 8: private schemes begin with 99). */
  readonly scheme: 'SCT' | 'DCM' | '99RADSERVE'
  /** FHIR's system. */
  readonly system: string
  readonly code: string
  readonly meaning: string
}

export interface CodeTable {
  readonly source: string
  readonly revision: string
  /** Best first; the local code always stands last. A label that the table does not know has that one alone. */
  codesOf(label: string): readonly [Coded, ...Coded[]]
}

const SYSTEMS = { SCT: 'http://snomed.info/sct', DCM: 'http://dicom.nema.org/resources/ontology/DCM' } as const

/** Throws `configuration` where the document is no table. */
export function readCodeTable(document: unknown): CodeTable {
  const validator = Compile(CodeTableSchema)
  if (!validator.Check(document)) {
    const [first] = validator.Errors(document)
    throw new AppError(
      'configuration',
      `The table of finding codes: ${first?.instancePath ?? ''} ${first?.message ?? 'is none'}.`,
    )
  }
  const byLabel = new Map(document.findings.map((finding) => [keyOf(finding.label), finding]))
  const { source, revision, localSystem } = document
  const codesOf = (label: string): readonly [Coded, ...Coded[]] => {
    const found = byLabel.get(keyOf(label))
    const local: Coded = {
      ...{ scheme: '99RADSERVE', system: localSystem },
      ...{ code: found?.local ?? localCode(label), meaning: found?.label ?? label },
    }
    const known = (['SCT', 'DCM'] as const).flatMap((scheme): Coded[] => {
      const code = scheme === 'SCT' ? found?.sct : found?.dcm
      return code === undefined ? [] : [{ scheme, system: SYSTEMS[scheme], code: code.code, meaning: code.meaning }]
    })
    const [best, ...others] = known
    return best === undefined ? [local] : [best, ...others, local]
  }
  return { source, revision, codesOf }
}

let table: CodeTable | undefined

/** What the service ships. */
export function shippedCodeTable(): CodeTable {
  return (table ??= readCodeTable(shipped))
}

/** "Pleural Effusion", "pleural_effusion" and "pleural-effusion" are one finding. */
function keyOf(label: string): string {
  return label
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
}

/** A FHIR code has no white space but single spaces; ours has none. */
function localCode(label: string): string {
  const code = keyOf(label)
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
  return code === '' ? 'unnamed' : code.slice(0, 64)
}
