/** A film that is to be changed, and the mask that says where, as a latent diffusion model takes them. */
import { AppError } from '../../errors.js'
import { planesToGray, rasterToGray, rasterToPlanes, type Plane } from '../colour.js'
import type { DicomFacts } from '../dicom/facts.js'
import { decodeFilm, type FilmSource } from '../film.js'
import type { Size } from '../geometry.js'
import { pixelDigest } from '../pixel-digest.js'
import { decodeAlpha, decodeRaster, type ImageLimits, type Raster } from '../raster.js'
import { resizePlane } from '../resample.js'
import { sizeForFilm, type SizeRule } from './size-rule.js'

/** Half of the range: this and more is white. */
const WHITE = 128
/** What an 8-bit level is multiplied by over 16 bits. */
const TO_16_BITS = 257

export interface EditSourceJob {
  readonly film: FilmSource
  /** Of the film's size. White is changed; where the file has transparent pixels, these are, and colour means nothing. */
  readonly mask?: Uint8Array
  readonly isMaskInverted: boolean
  /** What is made; a rule makes it of the film's own proportions. */
  readonly size: Size | SizeRule
  /** Of the model's image. */
  readonly channels: 1 | 3
  /** Of the answer. */
  readonly color: 'gray' | 'rgb'
  /** The film comes with the digest of its pixels. */
  readonly isHashed?: boolean
}

export interface EditSource {
  readonly size: Size
  /** Of the film as it was sent. */
  readonly original: Size
  /** float32[channels, height, width] between −1 and 1. */
  readonly film: Float32Array<ArrayBuffer>
  readonly mask?: EditMask
  /** What the film's DICOM file says of itself. */
  readonly dicom?: DicomFacts
  readonly pixelSha256?: string
  readonly timings: { readonly decodeMs: number; readonly prepareMs: number }
}

export interface EditMask {
  /** uint8[height, width]: 1 is changed. */
  readonly data: Uint8Array
  /** The film with 0 where it is changed, as a denoiser of nine channels takes it. */
  readonly masked: Float32Array<ArrayBuffer>
  /** Of `data`, 0 to 1. */
  readonly changedShare: number
  /** What stays where the mask is 0, of 16 bits: the film itself, or where its size is another, what Lanczos makes of it. */
  readonly kept: Raster
}

/**
 * Film and mask are brought to the size by Lanczos in 8 bits, and the mask is cut at its half, as the reference library
 * does. Throws what `decodeRaster` throws, and `invalid_option` for a mask of another size than the film's or one that
 * lets nothing change.
 */
export async function readEditSource(job: EditSourceJob, limits: ImageLimits): Promise<EditSource> {
  const startMs = performance.now()
  const [{ raster, dicom }, maskPlane] = await Promise.all([
    decodeFilm(job.film, limits),
    job.mask && decodeMask(job.mask, limits),
  ])
  const decodedMs = performance.now()
  if (maskPlane) checkMaskSize(maskPlane, raster)
  const size = 'usual' in job.size ? sizeForFilm(job.size, raster) : job.size
  const planes = (job.channels === 1 ? [rasterToGray(raster)] : rasterToPlanes(raster)).map((plane) => fit(plane, size))
  const film = signedValues(planes, job.channels)
  const mask = maskPlane && editMask(fit(maskPlane, size), film, job)
  return {
    ...{ size, film },
    ...(dicom && { dicom }),
    original: { width: raster.width, height: raster.height },
    ...(mask && { mask: { ...mask, kept: keptRaster(raster, planes, { ...job, size }) } }),
    ...(job.isHashed === true && { pixelSha256: pixelDigest(raster) }),
    timings: { decodeMs: decodedMs - startMs, prepareMs: performance.now() - decodedMs },
  }
}

async function decodeMask(bytes: Uint8Array, limits: ImageLimits): Promise<Plane> {
  const { raster } = await decodeRaster(bytes, limits)
  const alpha = await decodeAlpha(bytes)
  if (alpha?.data.some((value) => value < 255) !== true) return rasterToGray(raster)
  const { width, height } = alpha
  return { width, height, data: Uint8Array.from(alpha.data, (value) => 255 - value) }
}

function checkMaskSize(mask: Size, film: Size): void {
  if (mask.width === film.width && mask.height === film.height) return
  throw new AppError(
    'invalid_option',
    `The mask has ${mask.width}x${mask.height} pixels and its film ${film.width}x${film.height}; both are of one size.`,
  )
}

function fit(plane: Plane, { width, height }: Size): Plane {
  return resizePlane(plane, width, height, 'lanczos')
}

/** v / 255 · 2 − 1 in float32; a gray film fills every channel. */
function signedValues(planes: readonly Plane[], channels: number): Float32Array<ArrayBuffer> {
  const levels = Float32Array.from({ length: 256 }, (_, level) => Math.fround(level / 255) * 2 - 1)
  const area = planes[0]!.data.length
  const values = new Float32Array(channels * area)
  for (let channel = 0; channel < channels; channel++) {
    const { data } = planes[channel] ?? planes[0]!
    for (let i = 0; i < area; i++) values[channel * area + i] = levels[data[i]!]!
  }
  return values
}

function editMask(
  plane: Plane,
  film: Float32Array,
  { channels, isMaskInverted }: EditSourceJob,
): Omit<EditMask, 'kept'> {
  const data = new Uint8Array(plane.data.length)
  let changed = 0
  for (let i = 0; i < data.length; i++) changed += data[i] = Number(plane.data[i]! >= WHITE !== isMaskInverted)
  if (changed === 0) {
    const color = isMaskInverted ? 'black' : 'white'
    throw new AppError(
      'invalid_option',
      `The mask lets nothing change: it has no ${color} pixel, or too few to be seen.`,
    )
  }
  const masked = new Float32Array(film)
  for (let channel = 0; channel < channels; channel++) {
    const plain = masked.subarray(channel * data.length, (channel + 1) * data.length)
    for (let i = 0; i < data.length; i++) if (data[i] === 1) plain[i] = 0
  }
  return { data, masked, changedShare: changed / data.length }
}

/** The film in the answer's colours: its own samples where it has its own size, 16 bits of a gray film included. */
function keptRaster(film: Raster, planes: readonly Plane[], { color, size }: { color: string; size: Size }): Raster {
  const isOwn = film.width === size.width && film.height === size.height
  const channels = color === 'rgb' ? 3 : 1
  if (isOwn && film.data instanceof Uint16Array && film.channels === channels) {
    return { ...film, data: film.data.slice() }
  }
  const shown = color === 'rgb' ? planes : [planesToGray(planes)]
  const data = new Uint16Array(size.width * size.height * channels)
  for (let channel = 0; channel < channels; channel++) {
    const from = (shown[channel] ?? shown[0]!).data
    for (let i = 0; i < from.length; i++) data[i * channels + channel] = from[i]! * TO_16_BITS
  }
  return { ...size, channels, data }
}
