/** The thread that reads DICOM files. */
import { errorToEnvelope, type ErrorEnvelope } from '../../errors.js'
import { decodeDicomFilm, type DicomFilm, type DicomJob } from './decode-film.js'
import { openNativeCodecs, type DecodeFrame } from './native-codecs.js'

/** `isSpoiled`: a codec was at work, and what it left in its heap is not known. */
export type DicomReply = { readonly film: DicomFilm } | { readonly error: ErrorEnvelope; readonly isSpoiled: boolean }

let codecs: Promise<DecodeFrame> | undefined

export async function runDicomJob(job: DicomJob): Promise<unknown> {
  let isSpoiled = false
  try {
    const decode = await (codecs ??= openNativeCodecs())
    const film = decodeDicomFilm(job, (...given) => {
      isSpoiled = true
      return decode(...given)
    })
    return { film } satisfies DicomReply
  } catch (error) {
    return { error: errorToEnvelope(error), isSpoiled } satisfies DicomReply
  }
}
