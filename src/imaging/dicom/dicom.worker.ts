/** The thread that reads DICOM files. It is thrown away after any error, and whenever a file takes too long. */
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { errorToEnvelope, type ErrorEnvelope } from '../../errors.js'
import { decodeDicomFilm, type DicomFilm, type DicomJob } from './decode-film.js'
import { openNativeCodecs, type DecodeFrame } from './native-codecs.js'

export type DicomReply = { readonly film: DicomFilm } | { readonly error: ErrorEnvelope }

let codecs: Promise<DecodeFrame> | undefined

export async function runDicomJob(job: DicomJob): Promise<unknown> {
  try {
    const film = decodeDicomFilm(job, await (codecs ??= openNativeCodecs()))
    const reply: DicomReply = { film }
    return move({ [transferableSymbol]: [film.raster.data.buffer], [valueSymbol]: reply })
  } catch (error) {
    return { error: errorToEnvelope(error) } satisfies DicomReply
  }
}
