import { AppError } from '../errors.js'
import { parseDicom } from '../imaging/dicom/dataset.js'
import { studyDigest } from '../imaging/dicom/facts.js'
import { isDicom } from '../imaging/format.js'

/** Of a data set that is inflated only to be asked for its study. */
const MAX_DATA_SET_BYTES = 256 << 20

/**
 * sha256 in hex of the study that a DICOM file says it is of: the same for all films of a study, and no datum of a patient.
 * `undefined` for other files, and for one that cannot be read: whoever decodes it says why.
 */
export function studyOfFilm(film: Uint8Array): string | undefined {
  if (!isDicom(film)) return undefined
  try {
    return studyDigest(parseDicom(film, { dataSetBytes: MAX_DATA_SET_BYTES }).dataSet)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
