import { createHash } from 'node:crypto'
import { AppError } from '../errors.js'
import { parseDicom, type DicomFile } from '../imaging/dicom/dataset.js'
import { textOf } from '../imaging/dicom/elements.js'
import { readFilmUids } from '../imaging/dicom/film-uids.js'
import { isDicom } from '../imaging/format.js'

/** What a film says, as far as it decides what is done about it. Lives as long as the film is being received. */
export interface FilmHeader {
  /** As the file has them: for the answer to whoever sent it. */
  readonly uids: { readonly study: string; readonly instance: string; readonly sopClass: string }
  readonly says: {
    readonly modality?: string
    readonly bodyPart?: string
    readonly view?: string
    readonly descriptions: readonly string[]
  }
}

/** Computed Radiography and Digital X-Ray (PS3.4 B.5), also for processing: of that the gate says why it is unfit. */
const RADIOGRAPHS: ReadonlySet<string> = new Set([
  '1.2.840.10008.5.1.4.1.1.1',
  '1.2.840.10008.5.1.4.1.1.1.1',
  '1.2.840.10008.5.1.4.1.1.1.1.1',
])
/** Of a data set that is inflated to be read. */
const MAX_DATA_SET_BYTES = 256 << 20
const DESCRIPTIONS = ['x00081030', 'x0008103e', 'x00181030'] as const

/**
 * Throws `malformed_image` for what is no sound DICOM file with its UIDs, `unsupported_media_type` for a transfer syntax that is
 * not read, and `image_unfit` for what is no radiograph: an answer of ours that a PACS sends on must not be answered again.
 */
export function readFilmHeader(film: Uint8Array): FilmHeader {
  if (!isDicom(film)) throw new AppError('malformed_image', 'The film is no DICOM file.')
  const { dataSet } = parseDicom(film, { dataSetBytes: MAX_DATA_SET_BYTES })
  const { study, instance, sopClass } = readFilmUids(film) ?? {}
  if (study === undefined || instance === undefined || sopClass === undefined)
    throw new AppError('malformed_image', 'The DICOM film does not say its UIDs.')
  if (!RADIOGRAPHS.has(sopClass))
    throw new AppError('image_unfit', 'The object is no radiograph.', { details: { reason: 'modality' } })
  return { uids: { study, instance, sopClass }, says: saidBy(dataSet) }
}

function saidBy(dataSet: DicomFile['dataSet']): FilmHeader['says'] {
  const [modality, bodyPart, view] = ['x00080060', 'x00180015', 'x00185101'].map((tag) => textOf(dataSet, tag))
  return {
    descriptions: DESCRIPTIONS.map((tag) => textOf(dataSet, tag) ?? ''),
    ...(modality !== undefined && { modality }),
    ...(bodyPart !== undefined && { bodyPart }),
    ...(view !== undefined && { view }),
  }
}

/** The name that a UID has in the database. */
export function uidDigest(uid: string): string {
  return createHash('sha256').update(uid).digest('hex')
}
