import { randomBytes } from 'node:crypto'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { abortReason, AppError, envelopeToError } from '../../errors.js'
import { createSlots } from '../slots.js'
import type { ImageLimits } from '../raster.js'
import type { DicomFilm, DicomJob } from './decode-film.js'
import type { DicomReply } from './dicom.worker.js'
import { dicomFault } from './fault.js'
import type { GrayRule } from './grayscale.js'

export interface DicomDecoderOptions {
  /** Files that are read at the same time, each by a thread of its own. */
  readonly threads: number
  readonly limits: ImageLimits
  /** Longest time of one file. */
  readonly timeoutMs: number
}

/**
 * Threads that read DICOM files. Their decoders are native code that a damaged file can leave in any state (one that was
 * read out of bounds, one that never returns), so a thread that threw, or whose file took too long, is ended and none of
 * its memory is used again. The first starts with the first file; one that did well is kept for the next.
 */
export interface DicomDecoder {
  /** Copies `bytes`. Throws what `decodeDicomFilm` throws, `malformed_image` past the deadline, and the signal's reason. */
  decode(bytes: Uint8Array, rule: GrayRule, signal: AbortSignal): Promise<DicomFilm>
  /** Threads that were ended because of their file. */
  readonly discarded: number
  close(): Promise<void>
}

/** The heap of JavaScript alone; what the codecs and the pixels take is outside of it. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 }

export function createDicomDecoder({ threads, limits, timeoutMs }: DicomDecoderOptions): DicomDecoder {
  const slots = createSlots(threads)
  const idle: Worker[] = []
  const patientKey = randomBytes(32)
  let discarded = 0

  return {
    async decode(bytes, rule, signal) {
      await slots.take(signal)
      try {
        if (signal.aborted) throw abortReason(signal)
        return await decodeIn(await freeWorker(), { bytes: new Uint8Array(bytes), limits, rule, patientKey }, signal)
      } finally {
        slots.give()
      }
    },
    get discarded() {
      return discarded
    },
    async close() {
      await slots.close()
      await Promise.all(idle.splice(0).map((worker) => worker.terminate()))
    },
  }

  async function freeWorker(): Promise<Worker> {
    return idle.pop() ?? (await startWorker())
  }

  async function decodeIn(worker: Worker, job: DicomJob, signal: AbortSignal): Promise<DicomFilm> {
    try {
      const film = await answerOf(worker, job, { signal, timeoutMs })
      worker.unref()
      idle.push(worker)
      return film
    } catch (error) {
      discarded++
      await worker.terminate()
      throw error
    }
  }
}

/** The worker stands beside this file, as .ts under tsx and as .js when built. */
function startWorker(): Promise<Worker> {
  const file = fileURLToPath(new URL(`./dicom.worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url))
  // What a codec prints about a file is nobody's.
  const worker = new Worker(file, { resourceLimits: RESOURCE_LIMITS, stdout: true, stderr: true })
  return new Promise((resolve, reject) => {
    const onEnd = (cause?: unknown): void =>
      reject(new AppError('internal', 'The thread that reads DICOM did not start.', { cause }))
    worker.once('error', onEnd).once('exit', onEnd)
    worker.once('message', () => {
      worker.off('error', onEnd).off('exit', onEnd)
      // An idle thread that dies is found by whoever asks it next.
      worker.on('error', () => undefined)
      resolve(worker)
    })
  })
}

interface Waiting {
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

function answerOf(worker: Worker, job: DicomJob, { signal, timeoutMs }: Waiting): Promise<DicomFilm> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      worker.off('message', onReply).off('error', onDeath).off('exit', onDeath)
      then()
    }
    const onAbort = (): void => settle(() => reject(abortReason(signal)))
    const onDeath = (cause?: unknown): void => settle(() => reject(dicomFault('the thread that read it failed', cause)))
    const onReply = (reply: DicomReply): void =>
      settle(() => {
        if (reply === 'ready') reject(new AppError('internal', 'A thread said twice that it is ready. This is a bug.'))
        else if ('error' in reply) reject(ownFault(envelopeToError(reply.error)))
        else resolve(reply.film)
      })
    const timer = setTimeout(
      () => settle(() => reject(dicomFault(`it was not read within ${timeoutMs} ms`))),
      timeoutMs,
    )
    signal.addEventListener('abort', onAbort, { once: true })
    worker.on('message', onReply).on('error', onDeath).on('exit', onDeath)
    worker.ref()
    worker.postMessage(job, [job.bytes.buffer as ArrayBuffer])
  })
}

/** What a codec threw has no code, and words that can be of the file: it stays in the cause. */
function ownFault(error: AppError): AppError {
  return error.code === 'internal' ? dicomFault('its codestream is damaged', error) : error
}
