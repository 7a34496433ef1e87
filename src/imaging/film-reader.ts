import { AppError } from '../errors.js'
import { createDicomDecoder, type DicomDecoderOptions } from './dicom/dicom-decoder.js'
import type { GrayRule } from './dicom/grayscale.js'
import type { FilmSource } from './film.js'
import { isDicom } from './format.js'
import { createSharedReads } from './shared-reads.js'
import type { ImageSpec } from './steps.js'

/** How a film is shown to people. */
export const SHOWN: GrayRule = { window: 'voi', invertMonochrome1: true }

const DEFAULT_TIMEOUT_MS = 10_000

/** How a pack wants DICOM films; left out in its manifest, as people see them. */
export function grayRuleOf({ dicom }: ImageSpec): GrayRule {
  return dicom === undefined ? SHOWN : { window: dicom.window, invertMonochrome1: dicom.invert_monochrome1 }
}

export interface ReadFilm {
  readonly film: FilmSource
  readonly decodeMs: number
}

/** Reads what the image threads cannot. */
export interface FilmReader {
  /** Whether it is a DICOM file; any other is read by the image threads. */
  needsReading(file: FilmSource): file is Uint8Array
  /** Its pixels; who asks while the same bytes in memory are read shares the reading. Throws what `DicomDecoder.decode` throws, and `too_large`. */
  read(file: Uint8Array, rule: GrayRule, signal: AbortSignal): Promise<ReadFilm>
  close(): Promise<void>
}

type FilmReaderOptions = Omit<DicomDecoderOptions, 'timeoutMs'> & { readonly timeoutMs?: number }

export function createFilmReader({ timeoutMs = DEFAULT_TIMEOUT_MS, ...options }: FilmReaderOptions): FilmReader {
  const decoder = createDicomDecoder({ ...options, timeoutMs })
  const reads = createSharedReads()
  const { imageBytes } = options.limits
  return {
    needsReading: (file): file is Uint8Array => file instanceof Uint8Array && isDicom(file),
    async read(file, rule, signal) {
      if (file.length > imageBytes) {
        const message = `The image file has ${file.length} bytes; at most ${imageBytes} are read.`
        throw new AppError('too_large', message, { details: { limit: 'MAX_IMAGE_BYTES' } })
      }
      const startMs = performance.now()
      const key = `${rule.window} ${rule.invertMonochrome1}`
      const film = await reads.read(file, key, signal, (whole) => decoder.decode(file, rule, whole))
      return { film: { ...film, format: 'dicom' }, decodeMs: performance.now() - startMs }
    },
    close: () => decoder.close(),
  }
}
