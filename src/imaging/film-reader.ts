import { AppError } from '../errors.js'
import { createDicomDecoder, type DicomDecoderOptions } from './dicom/dicom-decoder.js'
import type { GrayRule } from './dicom/grayscale.js'
import type { FilmSource } from './film.js'
import { isDicom } from './format.js'
import type { ImageSpec } from './steps.js'

/** How a film is shown to people. */
export const SHOWN: GrayRule = { window: 'voi', invertMonochrome1: true }

const DEFAULT_TIMEOUT_MS = 10_000

/** How a pack wants DICOM films; left out in its manifest, as people see them. */
export function grayRuleOf({ dicom }: ImageSpec): GrayRule {
  return dicom === undefined ? SHOWN : { window: dicom.window, invertMonochrome1: dicom.invert_monochrome1 }
}

/** Reads what the image threads cannot. */
export interface FilmReader {
  /** A DICOM file's pixels; any other file as it is. Throws what `DicomDecoder.decode` throws, and `too_large`. */
  read(file: FilmSource, rule: GrayRule, signal: AbortSignal): Promise<{ film: FilmSource; decodeMs: number }>
  close(): Promise<void>
}

type FilmReaderOptions = Omit<DicomDecoderOptions, 'timeoutMs'> & { readonly timeoutMs?: number }

export function createFilmReader({ timeoutMs = DEFAULT_TIMEOUT_MS, ...options }: FilmReaderOptions): FilmReader {
  const decoder = createDicomDecoder({ ...options, timeoutMs })
  const { imageBytes } = options.limits
  return {
    async read(file, rule, signal) {
      if (!(file instanceof Uint8Array) || !isDicom(file)) return { film: file, decodeMs: 0 }
      if (file.length > imageBytes) {
        const message = `The image file has ${file.length} bytes; at most ${imageBytes} are read.`
        throw new AppError('too_large', message, { details: { limit: 'MAX_IMAGE_BYTES' } })
      }
      const startMs = performance.now()
      const film = await decoder.decode(file, rule, signal)
      return { film: { ...film, format: 'dicom' }, decodeMs: performance.now() - startMs }
    },
    close: () => decoder.close(),
  }
}
