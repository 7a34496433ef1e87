import { randomBytes } from 'node:crypto'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import type { AppError } from '../../errors.js'
import { abortReason, envelopeToError } from '../../errors.js'
import type { ImageLimits } from '../raster.js'
import { createSlots } from '../slots.js'
import type { DicomFilm, DicomJob } from './decode-film.js'
import type { DicomReply } from './dicom.worker.js'
import { dicomFault } from './fault.js'
import type { GrayRule } from './grayscale.js'
import { threadArguments } from '../thread-arguments.js'

export interface DicomDecoderOptions {
  /** Files that are read at the same time, each by a thread of its own. */
  readonly threads: number
  readonly limits: ImageLimits
  /** Longest time of one file. */
  readonly timeoutMs: number
}

/**
 * Threads that read DICOM files. Their codecs are native code that a damaged file can leave in any state (one that was
 * read out of bounds, one that never returns), so a thread whose codec threw, whose file took too long or was given up, is
 * ended and none of its memory is used again. A file that was refused before a codec saw it has spoilt nothing. The first
 * thread starts with the first file; one that did well is kept for the next.
 */
export interface DicomDecoder {
  /** Copies `bytes`, but for memory that threads share: that must not change before it resolves. Throws what `decodeDicomFilm` throws, `malformed_image` past the deadline, and the signal's reason. */
  decode(bytes: Uint8Array, rule: GrayRule, signal: AbortSignal): Promise<DicomFilm>
  /** Threads that were ended because of their file. */
  readonly discarded: number
  close(): Promise<void>
}

/** The heap of JavaScript alone; what the codecs and the pixels take is outside of it. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 }

export function createDicomDecoder({ threads, limits, timeoutMs }: DicomDecoderOptions): DicomDecoder {
  const slots = createSlots(threads)
  const idle: Piscina[] = []
  const patientKey = randomBytes(32)
  let discarded = 0

  return {
    async decode(bytes, rule, signal) {
      await slots.take(signal)
      try {
        if (signal.aborted) throw abortReason(signal)
        const job = { bytes: isShared(bytes) ? bytes : new Uint8Array(bytes), limits, rule, patientKey }
        return await decodeIn(idle.pop() ?? startThread(), job, signal)
      } finally {
        slots.give()
      }
    },
    get discarded() {
      return discarded
    },
    async close() {
      await slots.close()
      await Promise.all(idle.splice(0).map((thread) => thread.destroy()))
    },
  }

  async function decodeIn(thread: Piscina, job: DicomJob, signal: AbortSignal): Promise<DicomFilm> {
    const reply = await answerOf(thread, job, { signal, timeoutMs }).catch(async (error: unknown) => {
      await discard(thread)
      throw error
    })
    if ('film' in reply || !reply.isSpoiled) idle.push(thread)
    else await discard(thread)
    if ('error' in reply) throw ownFault(envelopeToError(reply.error))
    return reply.film
  }

  async function discard(thread: Piscina): Promise<void> {
    discarded++
    await thread.destroy()
  }
}

/** A pool of one thread, so that the one can be ended by itself. */
function startThread(): Piscina {
  // The worker stands beside this file, as .ts under tsx and as .js when built.
  const filename = fileURLToPath(new URL(`./dicom.worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url))
  const thread = new Piscina({
    filename,
    execArgv: threadArguments(filename),
    name: 'runDicomJob',
    minThreads: 1,
    maxThreads: 1,
    recordTiming: false,
    resourceLimits: RESOURCE_LIMITS,
  })
  // A thread that dies rejects its task; one that dies idle is found by the next.
  thread.on('error', () => undefined)
  return thread
}

interface Waiting {
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

/** What the thread answers, unless the signal or the deadline is first; the thread then works on until it is ended. */
function answerOf(thread: Piscina, job: DicomJob, { signal, timeoutMs }: Waiting): Promise<DicomReply> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortReason(signal))
    const timer = setTimeout(() => reject(dicomFault(`it was not read within ${timeoutMs} ms`)), timeoutMs)
    signal.addEventListener('abort', onAbort, { once: true })
    const settle = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
    const moved = isShared(job.bytes) ? [] : [job.bytes.buffer as ArrayBuffer]
    void (thread.run(job, { transferList: moved }) as Promise<DicomReply>)
      .then(resolve, (cause: unknown) => reject(dicomFault('the thread that read it failed', cause)))
      .finally(settle)
  })
}

function isShared({ buffer }: Uint8Array): boolean {
  return buffer instanceof SharedArrayBuffer
}

/** What a codec threw has no code, and words that can be of the file: it stays in the cause. */
function ownFault(error: AppError): AppError {
  return error.code === 'internal' ? dicomFault('its codestream is damaged', error) : error
}
