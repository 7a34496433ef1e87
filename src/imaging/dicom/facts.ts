/**
 * What a DICOM film says of itself, as far as the service needs it: closed lists and numbers. No text of the file leaves
 * this module, so that no name that somebody typed into the wrong field can.
 */
import { createHash, createHmac } from 'node:crypto'
import type { DataSet } from 'dicom-parser'
import { decimalsOf, firstItem, textOf } from './elements.js'
import type { DrawnFilm } from './draw-gray.js'
import type { PixelFormat } from './pixel-format.js'
import type { StoredSamples } from './samples.js'

export type FilmView = 'frontal' | 'lateral' | 'oblique' | 'unknown'

/** Where spacing was measured: in the patient's plane by calibration, or at the detector, where things look larger. */
export type SpacingKind = 'calibrated' | 'detector'

export interface DicomFacts {
  readonly modality: 'CR' | 'DX' | 'other'
  readonly bodyPart: 'chest' | 'other' | 'unknown'
  readonly view: FilmView
  /** A term of ViewPosition (PS3.3 C.8.11.5.1.1) where it is one that is known. */
  readonly viewPosition?: string
  /** ImageLaterality or Laterality. */
  readonly laterality?: 'L' | 'R' | 'B' | 'U'
  /** Where rows and columns go to: `L\F` is a frontal film in its standard place. */
  readonly orientation?: { readonly row: string; readonly column: string }
  /** [down, across] in mm. */
  readonly spacingMm?: readonly [number, number]
  readonly spacingKind?: SpacingKind
  readonly photometric: PixelFormat['photometric']
  readonly bitsStored: number
  readonly isForProcessing: boolean
  /** SyntheticData (0008,001C) is YES. */
  readonly isSynthetic: boolean
  readonly isLossy: boolean
  /** Bytes before and after, all steps together. */
  readonly lossyRatio?: number
  readonly storedLevels: number
  readonly grayLevels: number
  readonly ids: DicomIds
}

/** sha256 in hex of the UIDs; the patient's is keyed with what this process drew, and means nothing to another one. */
export interface DicomIds {
  readonly instance?: string
  readonly series?: string
  readonly study?: string
  readonly patient?: string
}

export interface FactsSource {
  readonly dataSet: DataSet
  readonly format: PixelFormat
  readonly samples: StoredSamples
  readonly drawn: DrawnFilm
  readonly patientKey: Uint8Array
}

const FOR_PROCESSING_CLASS = '1.2.840.10008.5.1.4.1.1.1.1.1'
const LATERALITIES = ['L', 'R', 'B', 'U'] as const

export function readFacts({ dataSet, format, samples, drawn, patientKey }: FactsSource): DicomFacts {
  const modality = textOf(dataSet, 'x00080060')
  const viewPosition = textOf(dataSet, 'x00185101')
  const knownPosition = viewPosition !== undefined && viewPosition in VIEW_POSITIONS ? viewPosition : undefined
  const laterality = textOf(dataSet, 'x00200062') ?? textOf(dataSet, 'x00200060')
  const knownLaterality = LATERALITIES.find((known) => known === laterality)
  const orientation = readOrientation(dataSet)
  return {
    modality: modality === 'CR' || modality === 'DX' ? modality : 'other',
    bodyPart: bodyPartOf(dataSet),
    view: viewOf(dataSet, knownPosition, orientation),
    ...(knownPosition !== undefined && { viewPosition: knownPosition }),
    ...(knownLaterality && { laterality: knownLaterality }),
    ...(orientation && { orientation }),
    ...readSpacing(dataSet),
    photometric: format.photometric,
    bitsStored: format.bitsStored,
    isForProcessing:
      textOf(dataSet, 'x00080068') === 'FOR PROCESSING' || textOf(dataSet, 'x00080016') === FOR_PROCESSING_CLASS,
    isSynthetic: textOf(dataSet, 'x0008001c') === 'YES',
    ...readLoss(dataSet, format, samples),
    ...{ storedLevels: drawn.storedLevels, grayLevels: drawn.grayLevels },
    ids: readIds(dataSet, patientKey),
  }
}

const CHEST_PARTS: ReadonlySet<string> = new Set([
  'CHEST',
  'THORAX',
  'LUNG',
  'LUNGS',
  'HEART',
  'CHESTABDOMEN',
  'RIB',
  'RIBS',
])
/** Thoracic structure and chest: SNOMED CT, and the older codes (PS3.16 Annex L). */
const CHEST_CODES: ReadonlySet<string> = new Set([
  '51185008',
  '43799004',
  '816094009',
  'T-D3000',
  'T-28000',
  '39607008',
])

function bodyPartOf(dataSet: DataSet): DicomFacts['bodyPart'] {
  const part = textOf(dataSet, 'x00180015')?.toUpperCase()
  if (part !== undefined) return CHEST_PARTS.has(part) ? 'chest' : 'other'
  const code = codeOf(firstItem(dataSet, 'x00082218'))
  if (code === undefined) return 'unknown'
  return CHEST_CODES.has(code) ? 'chest' : 'other'
}

function codeOf(item: DataSet | undefined): string | undefined {
  return item && textOf(item, 'x00080100')
}

const VIEW_POSITIONS: Readonly<Record<string, FilmView>> = {
  ...{ PA: 'frontal', AP: 'frontal', LL: 'lateral', RL: 'lateral', LLD: 'frontal', RLD: 'frontal' },
  ...{ LLO: 'oblique', RLO: 'oblique', LATERAL: 'lateral', LAT: 'lateral' },
}

/** View codes of context group 4010 (PS3.16): SNOMED CT and the older codes. */
const VIEW_CODES: Readonly<Record<string, FilmView>> = {
  ...{ '399348003': 'frontal', 'R-10206': 'frontal', '399033003': 'frontal', 'R-10214': 'frontal' },
  ...{ '272460009': 'frontal', '272479007': 'frontal', '399067008': 'lateral', 'R-10204': 'lateral' },
  ...{ '399173006': 'lateral', 'R-10236': 'lateral', '399198007': 'lateral', 'R-10232': 'lateral' },
}

/** By the position, by the code, and by where the rows go: across a frontal film from side to side. */
function viewOf(dataSet: DataSet, position: string | undefined, orientation: DicomFacts['orientation']): FilmView {
  if (position !== undefined) return VIEW_POSITIONS[position]!
  const code = codeOf(firstItem(dataSet, 'x00540220'))
  if (code !== undefined && code in VIEW_CODES) return VIEW_CODES[code]!
  if (orientation === undefined) return 'unknown'
  if (/^[LR]$/.test(orientation.row)) return 'frontal'
  return /^[AP]$/.test(orientation.row) ? 'lateral' : 'oblique'
}

/** PS3.3 C.7.6.1.1.1: letters of directions, the main one first. */
function readOrientation(dataSet: DataSet): DicomFacts['orientation'] {
  const row = textOf(dataSet, 'x00200020', 0)
  const column = textOf(dataSet, 'x00200020', 1)
  const isSound = (text: string | undefined): text is string => text !== undefined && /^[LRAPHF]{1,3}$/.test(text)
  return isSound(row) && isSound(column) ? { row, column } : undefined
}

/** PS3.3 10.7.1.1 and 10.7.1.3: Pixel Spacing where there is one, else that at the detector. */
function readSpacing(dataSet: DataSet): Pick<DicomFacts, 'spacingMm' | 'spacingKind'> {
  const calibrated = positivePair(decimalsOf(dataSet, 'x00280030'))
  const detector = positivePair(decimalsOf(dataSet, 'x00181164'))
  const isCalibrated = calibrated !== undefined && calibrated.join() !== detector?.join()
  if (isCalibrated) return { spacingMm: calibrated, spacingKind: 'calibrated' }
  return detector === undefined ? {} : { spacingMm: detector, spacingKind: 'detector' }
}

/** Of 10 mm and less: more is no radiograph's pixel. */
function positivePair(values: readonly number[] | undefined): readonly [number, number] | undefined {
  const [down, across] = values ?? []
  if (down === undefined || across === undefined) return undefined
  return [down, across].every((mm) => mm > 0 && mm <= 10) ? [down, across] : undefined
}

/** PS3.3 C.7.6.1.1.5: a film stays lossy whatever it was stored as afterwards; each step has its own ratio. */
function readLoss(dataSet: DataSet, format: PixelFormat, samples: StoredSamples) {
  const isLossy = textOf(dataSet, 'x00282110') === '01' || samples.isLossy
  if (!isLossy) return { isLossy }
  const said = decimalsOf(dataSet, 'x00282112')?.reduce((product, ratio) => product * Math.max(1, ratio), 1) ?? 1
  const bytes = format.rows * format.columns * Math.ceil(format.bitsStored / 8)
  const lossyRatio = Math.max(said, samples.isLossy ? bytes / samples.encodedBytes : 1)
  return { isLossy, lossyRatio }
}

function readIds(dataSet: DataSet, patientKey: Uint8Array): DicomIds {
  const uid = (tag: string): string | undefined => uidDigest(dataSet, tag)
  const [instance, series, study] = [uid('x00080018'), uid('x0020000e'), uid('x0020000d')]
  const id = textOf(dataSet, 'x00100020')
  const issuer = textOf(dataSet, 'x00100021') ?? ''
  const patient =
    id &&
    createHmac('sha256', patientKey)
      .update(JSON.stringify([id, issuer]))
      .digest('hex')
  return {
    ...(instance !== undefined && { instance }),
    ...(series !== undefined && { series }),
    ...(study !== undefined && { study }),
    ...(patient !== undefined && { patient }),
  }
}

function uidDigest(dataSet: DataSet, tag: string): string | undefined {
  const text = textOf(dataSet, tag)
  return text === undefined ? undefined : createHash('sha256').update(text).digest('hex')
}

/** As `DicomIds.study`, without the pixels. */
export function studyDigest(dataSet: DataSet): string | undefined {
  return uidDigest(dataSet, 'x0020000d')
}
