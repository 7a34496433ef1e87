/** The thread that reads DICOM files. It is thrown away after any error, and whenever a file takes too long. */
import { parentPort } from 'node:worker_threads'
import { errorToEnvelope, type ErrorEnvelope } from '../../errors.js'
import { decodeDicomFilm, type DicomFilm, type DicomJob } from './decode-film.js'
import { openNativeCodecs } from './native-codecs.js'

export type DicomReply = { readonly film: DicomFilm } | { readonly error: ErrorEnvelope } | 'ready'

const port = parentPort
if (port === null) throw new Error('This file is the beginning of a thread.')
const decode = await openNativeCodecs()
port.on('message', (job: DicomJob) => {
  try {
    const film = decodeDicomFilm(job, decode)
    port.postMessage({ film } satisfies DicomReply, [film.raster.data.buffer as ArrayBuffer])
  } catch (error) {
    port.postMessage({ error: errorToEnvelope(error) } satisfies DicomReply)
  }
})
port.postMessage('ready' satisfies DicomReply)
