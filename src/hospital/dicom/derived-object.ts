/** The modules that every object about a film shares: Patient, General Study, Series, Equipment, SOP Common (PS3.3 C.7, C.12). */
import { createHash } from 'node:crypto'
import { codeItem, PROCESSING_EQUIPMENT, SOURCE_IMAGE } from './code.js'
import type { SourceFilm } from './source-film.js'
import { newUid, type Dataset } from './write-object.js'

/** What answered, by its bytes: `digest` is sha256 of model.json, which names the sha256 of the weights and all other files. */
export interface Algorithm {
  readonly name: string
  readonly version: string
  readonly digest: string
  /** Of radserve. */
  readonly serviceVersion: string
  /** The graphs and weights that were run. */
  readonly files: readonly { readonly role: string; readonly sha256: string }[]
  /** sha256 in hex of the pixels that were read, by film. */
  readonly pixelSha256: readonly string[]
}

export interface SeriesKind {
  readonly sopClass: string
  readonly modality: 'SEG' | 'SR' | 'OT' | 'PR'
  readonly description: string
}

export const MANUFACTURER = 'radserve'
/** DICOM has no place on every object for "preliminary"; people read this one in every viewer. */
export const SERIES_WARNING = 'AI, preliminary, NOT FOR DIAGNOSIS'

/** An object of a new series in the film's study. */
export function objectOf(film: SourceFilm, algorithm: Algorithm, kind: SeriesKind): Dataset {
  return {
    ...film.patientAndStudy,
    StudyInstanceUID: film.study,
    ...seriesOf(algorithm, kind),
    ...(film.isSynthetic && { SyntheticData: 'YES' }),
  }
}

export function seriesOf(algorithm: Algorithm, { sopClass, modality, description }: SeriesKind): Dataset {
  return {
    SOPClassUID: sopClass,
    SOPInstanceUID: newUid(),
    Modality: modality,
    SeriesInstanceUID: newUid(),
    SeriesNumber: 1,
    SeriesDescription: `${description}: ${SERIES_WARNING}`,
    InstanceNumber: 1,
    ...contentMoment(new Date()),
    ...equipmentOf(algorithm),
  }
}

/** ContentDate and ContentTime in UTC, which TimezoneOffsetFromUTC says. */
function contentMoment(now: Date): Dataset {
  const [date, time] = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T') as [string, string]
  return { ContentDate: date, ContentTime: time, TimezoneOffsetFromUTC: '+0000' }
}

function equipmentOf(algorithm: Algorithm): Dataset {
  const equipment = {
    Manufacturer: MANUFACTURER,
    ManufacturerModelName: modelName(algorithm),
    DeviceSerialNumber: algorithm.digest.slice(0, 64),
    SoftwareVersions: [algorithm.serviceVersion, algorithm.version].map(shortened),
  }
  return {
    ...equipment,
    ContributingEquipmentSequence: [
      {
        PurposeOfReferenceCodeSequence: [codeItem(PROCESSING_EQUIPMENT)],
        ...equipment,
        ContributionDescription: algorithmParameters(algorithm, { longest: LONGEST_ST }),
      },
    ],
  }
}

/** A long string (LO) has 64 characters. */
export function shortened(text: string): string {
  return text.slice(0, 64)
}

export function modelName({ name }: Algorithm): string {
  return shortened(name)
}

/** Characters of a short text (ST) and of a long one (LT). */
export const LONGEST_ST = 1024
export const LONGEST_LT = 10_240

export interface ParameterOptions {
  readonly more?: Readonly<Record<string, string>>
  /** Left out, as long as it gets. */
  readonly longest?: number
}

/**
 * In words that a person and a program can read: the model, each file of it that answered, and the pixels that it was asked
 * about. Digests that do not fit are told as one: sha256 over their lines.
 */
export function algorithmParameters(algorithm: Algorithm, { more = {}, longest = Infinity }: ParameterOptions = {}) {
  const { name, version, digest, files, pixelSha256 } = algorithm
  const words = (digests: readonly string[]): string =>
    [
      `model=${name}@${version}`,
      `model_json_sha256=${digest}`,
      ...digests,
      ...Object.entries(more).map(([key, value]) => `${key}=${value}`),
      'status=preliminary, unverified',
    ].join('; ')
  const each = [
    ...files.map(({ role, sha256 }) => `${role}_sha256=${sha256}`),
    ...pixelSha256.map((sha256) => `input_pixels_sha256=${sha256}`),
  ]
  const told = words(each)
  if (told.length <= longest) return told
  const all = createHash('sha256').update(each.join('\n')).digest('hex')
  return words([`files_and_inputs_sha256=${all}`]).slice(0, longest)
}

/** (0066,…) and (0024,0202): the family, name, version and parameters of an algorithm (PS3.3 section 10.16). */
export function algorithmIdentity(algorithm: Algorithm, family: Dataset, parameters: string): Dataset {
  return {
    AlgorithmFamilyCodeSequence: [family],
    AlgorithmName: modelName(algorithm),
    AlgorithmVersion: shortened(algorithm.version),
    AlgorithmParameters: parameters,
    AlgorithmSource: MANUFACTURER,
  }
}

export function filmReference({ sopClass, instance }: SourceFilm): Dataset {
  return { ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: instance }
}

/** The film as the source image that was worked on. */
export function sourceImage(film: SourceFilm): Dataset {
  return { ...filmReference(film), PurposeOfReferenceCodeSequence: [codeItem(SOURCE_IMAGE)] }
}

/** Common Instance Reference (PS3.3 C.12.2). */
export function instanceReferences(film: SourceFilm): Dataset {
  return {
    ReferencedSeriesSequence: [{ SeriesInstanceUID: film.series, ReferencedInstanceSequence: [filmReference(film)] }],
  }
}
