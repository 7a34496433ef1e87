/** Comprehensive 3D SR (PS3.3 A.35.13) by template 1500, "Measurement Report": what was found, how surely, and by what. */
import { code, type Code } from './code.js'
import { codeContent, container, imageItem, numberItem, rootContainer, textItem, uidItem } from './content-item.js'
import {
  algorithmParameters,
  filmReference,
  MANUFACTURER,
  modelName,
  objectOf,
  type Algorithm,
} from './derived-object.js'
import { findingCode } from './finding-codes.js'
import type { SourceFilm } from './source-film.js'
import { newUid, writeObject, type Dataset } from './write-object.js'

const COMPREHENSIVE_3D_SR = '1.2.840.10008.5.1.4.1.1.88.34'

export interface ReportedFinding {
  readonly label: string
  readonly state?: 'present' | 'absent'
  /** `kind` says what it means; only a calibrated `probability` is told as a certainty. */
  readonly score?: { readonly value: number; readonly kind: string }
}

export interface ReportSource {
  /** Of one study. */
  readonly films: readonly [SourceFilm, ...SourceFilm[]]
  readonly algorithm: Algorithm
  readonly findings: readonly ReportedFinding[]
  /** A draft in sentences. */
  readonly text?: string
}

export function reportObject(source: ReportSource): Buffer {
  const { films, algorithm } = source
  const [film] = films
  const series = { sopClass: COMPREHENSIVE_3D_SR, modality: 'SR', description: 'Findings' } as const
  return writeObject({
    ...objectOf(film, algorithm, series),
    ...{ CompletionFlag: 'COMPLETE', PreliminaryFlag: 'PRELIMINARY', VerificationFlag: 'UNVERIFIED' },
    ...{ PerformedProcedureCodeSequence: [], ReferencedPerformedProcedureStepSequence: [] },
    CurrentRequestedProcedureEvidenceSequence: [
      {
        StudyInstanceUID: film.study,
        ReferencedSeriesSequence: [...new Set(films.map(({ series }) => series))].map((uid) => ({
          SeriesInstanceUID: uid,
          ReferencedSOPSequence: films.filter(({ series }) => series === uid).map(filmReference),
        })),
      },
    ],
    ...rootContainer(code('126000', 'DCM', 'Imaging Measurement Report'), contentOf(source)),
    ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: '1500' }],
  })
}

function contentOf({ films, algorithm, findings, text }: ReportSource): Dataset[] {
  const evaluations =
    text === undefined || text === ''
      ? []
      : [
          container(code('C0034375', 'UMLS', 'Qualitative Evaluations'), [
            textItem('CONTAINS', code('121071', 'DCM', 'Finding'), text),
          ]),
        ]
  return [
    codeContent('HAS CONCEPT MOD', LANGUAGE, code('en', 'RFC5646', 'English')),
    ...deviceContext(algorithm),
    codeContent('HAS CONCEPT MOD', PROCEDURE_REPORTED, code('399208008', 'SCT', 'Plain chest X-ray')),
    container(code('111028', 'DCM', 'Image Library'), [
      container(
        code('126200', 'DCM', 'Image Library Group'),
        films.map((film) => imageItem(filmReference(film))),
      ),
    ]),
    container(
      code('126010', 'DCM', 'Imaging Measurements'),
      findings.map((finding, at) => findingGroup(finding, at + 1, algorithm)),
    ),
    ...evaluations,
  ]
}

const LANGUAGE = code('121049', 'DCM', 'Language of Content Item and Descendants')
const PROCEDURE_REPORTED = code('121058', 'DCM', 'Procedure reported')

/** Template 1004, "Device Observer Identifying Attributes". */
function deviceContext(algorithm: Algorithm): Dataset[] {
  return [
    codeContent('HAS OBS CONTEXT', code('121005', 'DCM', 'Observer Type'), code('121007', 'DCM', 'Device')),
    uidItem('HAS OBS CONTEXT', code('121012', 'DCM', 'Device Observer UID'), deviceUid(algorithm)),
    textItem('HAS OBS CONTEXT', code('121013', 'DCM', 'Device Observer Name'), MANUFACTURER),
    textItem('HAS OBS CONTEXT', code('121014', 'DCM', 'Device Observer Manufacturer'), MANUFACTURER),
    textItem('HAS OBS CONTEXT', code('121015', 'DCM', 'Device Observer Model Name'), modelName(algorithm)),
  ]
}

/** The same for the same bytes of a model: 128 bits of their digest as PS3.5 B.2 writes a UUID. */
function deviceUid({ digest }: Algorithm): string {
  return `2.25.${BigInt(`0x${digest.replace(/^sha256:/, '').slice(0, 32)}`).toString()}`
}

/** Template 1501, "Measurement and Qualitative Evaluation Group", with the algorithm of template 4019. */
function findingGroup({ label, state, score }: ReportedFinding, number: number, algorithm: Algorithm): Dataset {
  return container(code('125007', 'DCM', 'Measurement Group'), [
    textItem('HAS CONCEPT MOD', code('111001', 'DCM', 'Algorithm Name'), modelName(algorithm)),
    textItem('HAS CONCEPT MOD', code('111003', 'DCM', 'Algorithm Version'), algorithm.version),
    textItem('HAS CONCEPT MOD', code('111002', 'DCM', 'Algorithm Parameters'), algorithmParameters(algorithm)),
    textItem('HAS OBS CONTEXT', code('112039', 'DCM', 'Tracking Identifier'), `Finding ${number}`),
    uidItem('HAS OBS CONTEXT', code('112040', 'DCM', 'Tracking Unique Identifier'), newUid()),
    codeContent('CONTAINS', code('121071', 'DCM', 'Finding'), findingCode(label)),
    ...(score === undefined ? [] : [scoreItem(score)]),
    ...(state === undefined ? [] : [codeContent('CONTAINS', PRESENCE, STATES[state])]),
  ])
}

const PRESENCE = code('705057003', 'SCT', 'Presence')
const STATES: Readonly<Record<NonNullable<ReportedFinding['state']>, Code>> = {
  present: code('52101004', 'SCT', 'Present'),
  absent: code('272519000', 'SCT', 'Absent'),
}

function scoreItem({ value, kind }: NonNullable<ReportedFinding['score']>): Dataset {
  if (kind === 'probability')
    return numberItem(code('111012', 'DCM', 'Certainty of Finding'), value * 100, code('%', 'UCUM', 'Percent'))
  // A share or a cosine is no certainty, and a reader would take it for one.
  const name = code(`score-${kind}`, '99RADSERVE', `Score (${kind}), not a probability`)
  return numberItem(name, value, code('1', 'UCUM', 'no units'))
}
