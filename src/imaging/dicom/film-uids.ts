import { AppError } from '../../errors.js'
import { isDicom } from '../format.js'
import { parseDicom } from './dataset.js'
import { textOf } from './elements.js'

/** As the file has them: for the answer to whoever sent it, never for a log, a metric or an error. */
export interface FilmUids {
  readonly study: string
  readonly series?: string
  readonly instance?: string
  readonly sopClass?: string
}

/** Of a data set that is inflated only to be asked for its UIDs. */
const MAX_DATA_SET_BYTES = 256 << 20
/** PS3.5 section 9.1: numbers without leading zeros, 64 characters at most. */
const UID = /^(?=.{1,64}$)(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/

/** `undefined` for a file that is no DICOM, that cannot be read, or that has no sound Study Instance UID. */
export function readFilmUids(film: Uint8Array): FilmUids | undefined {
  if (!isDicom(film)) return undefined
  try {
    const { dataSet } = parseDicom(film, { dataSetBytes: MAX_DATA_SET_BYTES })
    const uid = (tag: string): string | undefined => {
      const text = textOf(dataSet, tag)
      return text !== undefined && UID.test(text) ? text : undefined
    }
    const study = uid('x0020000d')
    if (study === undefined) return undefined
    const [series, instance, sopClass] = [uid('x0020000e'), uid('x00080018'), uid('x00080016')]
    return { study, ...(series && { series }), ...(instance && { instance }), ...(sopClass && { sopClass }) }
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
