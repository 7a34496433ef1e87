import { AppError } from '../../errors.js'

/** A file that is damaged or of a kind that is not read. `what` holds no value of the file but numbers of pixels and bits. */
export function dicomFault(what: string, cause?: unknown): AppError {
  return new AppError('malformed_image', `The DICOM file cannot be used: ${what}.`, { cause })
}
