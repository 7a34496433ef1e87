/** The thread that reads DICOM files. */
import { move, transferableSymbol, valueSymbol } from 'piscina'
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
    const reply: DicomReply = { film }
    return move({ [transferableSymbol]: [film.raster.data.buffer], [valueSymbol]: reply })
  } catch (error) {
    return { error: errorToEnvelope(error), isSpoiled } satisfies DicomReply
  }
}
