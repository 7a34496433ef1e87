import type { Raster } from '../raster.js'
import type { ImageLimits } from '../raster.js'
import { parseDicom } from './dataset.js'
import { drawGray } from './draw-gray.js'
import { readFacts, type DicomFacts } from './facts.js'
import type { GrayRule } from './grayscale.js'
import type { DecodeFrame } from './native-codecs.js'
import { readPixelFormat } from './pixel-format.js'
import { readSamples } from './samples.js'

export interface DicomJob {
  readonly bytes: Uint8Array
  readonly limits: ImageLimits
  readonly rule: GrayRule
  /** Of this process; see `DicomIds`. */
  readonly patientKey: Uint8Array
}

export interface DicomFilm {
  /** Gray of 8 bits, by the film's pixel rules and the pack's; in memory that threads share, and that nobody changes. */
  readonly raster: Raster
  readonly bitDepth: 8 | 16
  readonly dicom: DicomFacts
}

/** Bytes of a data set beside its pixels. */
const MAX_HEADER_BYTES = 1 << 20
/** Of a sample. */
const MOST_SAMPLE_BYTES = 2

/**
 * One film of a DICOM file. Throws `malformed_image`, `unsupported_media_type`, `too_large` and, for what cannot be read as
 * a film at all, `image_unfit`.
 */
export function decodeDicomFilm({ bytes, limits, rule, patientKey }: DicomJob, decode: DecodeFrame): DicomFilm {
  const dataSetBytes = limits.imagePixels * MOST_SAMPLE_BYTES + MAX_HEADER_BYTES
  const file = parseDicom(bytes, { dataSetBytes })
  const { dataSet } = file
  const format = readPixelFormat(dataSet, limits.imagePixels)
  const samples = readSamples(file, format, decode)
  const drawn = drawGray(samples.data, { dataSet, format, rule })
  const dicom = readFacts({ dataSet, format, samples, drawn, patientKey })
  return { raster: drawn.raster, bitDepth: format.bitsStored > 8 ? 16 : 8, dicom }
}
