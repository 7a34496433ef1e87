/**
 * The only user of `sharp`. Files become plain pixels here and pixels become files; all arithmetic on pixels is ours, so
 * that the numbers equal those of the reference libraries whatever libvips does.
 */
import type { Metadata, Sharp, SharpOptions } from 'sharp'
import { AppError } from '../errors.js'
import { cmykToRgb } from './colour.js'
import type { DicomFacts } from './dicom/facts.js'
import { sniffFormat, walkPng, type ImageFormat } from './format.js'
import { sharp } from './libvips.js'
import { openSmallJpegs } from './small-jpeg.js'

const decodeSmallJpeg = openSmallJpegs()

/** Largest side of a WebP, and more than any detector has: a file of one row and 10⁷ columns is not a film. */
const MAX_SIDE_PX = 65_500

/** What a file may cost. Both are compared with what its header says, before anything is decoded. */
export interface ImageLimits {
  readonly imageBytes: number
  readonly imagePixels: number
}

/**
 * Decoded pixels, row by row, channels interleaved: gray or RGB. `data` is Uint8Array for a depth of 8 bits and
 * Uint16Array for 16, over the full range of its type. Orientation has been applied and alpha dropped.
 */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array | Uint16Array
}

/** A raster with what its file said about itself. `bitDepth` is 8 for every file of 8 bits or fewer. */
export interface DecodedImage {
  readonly raster: Raster
  readonly format: ImageFormat | 'dicom'
  readonly bitDepth: 8 | 16
  /** What a DICOM file says of itself. */
  readonly dicom?: DicomFacts
}

/**
 * Decodes a PNG, JPEG, WebP or TIFF file.
 *
 * Gray stays gray; palettes and colour become RGB; CMYK becomes RGB as Pillow does it; alpha is dropped without
 * blending, as Pillow's `convert` does; colour profiles and gamma are ignored; the EXIF orientation is applied. Pixels
 * equal Pillow's, those of a JPEG within 1 level. The decoded pixels take at most 6 bytes each (16-bit RGB), and libvips
 * holds them once more while it turns an image or unpacks an interlaced one (8 bytes each with alpha).
 *
 * Throws `unsupported_media_type` for other formats, `too_large` with the limit's name, and `malformed_image` for files
 * that are empty, truncated, corrupt, of several pages or frames, or of other samples than 8- or 16-bit integers.
 */
export async function decodeRaster(bytes: Uint8Array, limits: ImageLimits): Promise<DecodedImage> {
  if (bytes.length > limits.imageBytes) {
    const message = `The image file has ${bytes.length} bytes; at most ${limits.imageBytes} are read.`
    throw new AppError('too_large', message, { details: { limit: 'MAX_IMAGE_BYTES' } })
  }
  const format = sniffFormat(bytes)
  const small = format === 'jpeg' ? await decodeSmallJpeg(bytes, limits.imagePixels) : undefined
  if (small !== undefined) return { raster: small, format, bitDepth: 8 }
  const options = optionsFor(format, limits)
  // Our own limit is compared below, with a message of its own; here only the header is read.
  const header = await orMalformed(format, () => sharp(bytes, { ...options, limitInputPixels: false }).metadata())
  checkHeader(header, limits)
  checkWhole(bytes, header, format)
  const space = spaceOf(header, format)
  const decoded = await orMalformed(format, () => readPixels(sharp(bytes, options), space))
  return { ...decoded, format }
}

/**
 * The alpha of a file that `decodeRaster` has read, as a gray raster of 8 bits in the film's orientation; `undefined` where
 * the file has none.
 */
export async function decodeAlpha(bytes: Uint8Array): Promise<Raster | undefined> {
  const format = sniffFormat(bytes)
  // Its limits were checked when it was decoded.
  const options = { ...optionsFor(format, { imageBytes: Infinity, imagePixels: Infinity }), limitInputPixels: false }
  const { hasAlpha } = await orMalformed(format, () => sharp(bytes, options).metadata())
  if (!hasAlpha) return undefined
  const { data, info } = await orMalformed(format, () =>
    sharp(bytes, options).toColourspace('srgb').extractChannel('alpha').raw().toBuffer({ resolveWithObject: true }),
  )
  return { width: info.width, height: info.height, channels: 1, data: new Uint8Array(data) }
}

/** Pixels to be written: gray, RGB or RGBA; 16-bit where `data` is a Uint16Array. */
export interface PngSource {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3 | 4
  readonly data: Uint8Array | Uint16Array
  /** One plane a channel, as tensors have them; left out, the channels of a pixel lie together. */
  readonly isPlanar?: boolean
}

/** A PNG that decodes to the same pixels. Throws `invalid_tensor` when `data` does not hold width × height × channels. */
export async function encodePng(source: PngSource): Promise<Uint8Array> {
  const { width, height, channels, data } = source
  if (data.length !== width * height * channels) {
    throw new AppError(
      'invalid_tensor',
      `A raster of ${width}x${height}x${channels} cannot hold ${data.length} samples.`,
    )
  }
  const is16Bit = data instanceof Uint16Array
  const space = channels === 1 ? (is16Bit ? 'grey16' : 'b-w') : is16Bit ? 'rgb16' : 'srgb'
  const pixels = source.isPlanar === true ? interleaved(data, channels) : data
  const raw = sharp(pixels, { raw: { width, height, channels }, limitInputPixels: false })
  return raw.pipelineColourspace(space).toColourspace(space).png({ compressionLevel: 6 }).toBuffer()
}

function interleaved<Samples extends Uint8Array | Uint16Array>(planes: Samples, channels: number): Samples {
  const area = planes.length / channels
  const pixels = planes.slice() as Samples
  for (let i = 0; i < planes.length; i++) pixels[i] = planes[(i % channels) * area + Math.floor(i / channels)]!
  return pixels
}

/** A JPEG of 8-bit pixels, gray or with colours as fine as the light. `quality` is 1 to 100. */
export function encodeJpeg({ width, height, channels, data }: Raster, quality: number): Promise<Uint8Array> {
  const raw = sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
  return raw
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .jpeg({ quality, chromaSubsampling: '4:4:4' })
    .toBuffer()
}

/** A WebP of 8-bit pixels, always in colour; without loss where no quality, 1 to 100, is given. */
export function encodeWebp({ width, height, channels, data }: Raster, quality?: number): Promise<Uint8Array> {
  const raw = sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
  return raw.webp(quality === undefined ? { lossless: true } : { quality, smartSubsample: true }).toBuffer()
}

function optionsFor(format: ImageFormat, limits: ImageLimits): SharpOptions {
  return {
    // Entropy errors inside a JPEG are only warnings to libjpeg, which goes on with gray or shifted blocks. The other
    // decoders warn about harmless things (an unknown TIFF tag, an odd PNG profile) and report damage as errors.
    failOn: format === 'jpeg' ? 'warning' : 'error',
    limitInputPixels: limits.imagePixels,
    ignoreIcc: true,
    autoOrient: true,
    pages: 1,
  }
}

function checkHeader(header: Metadata, limits: ImageLimits): void {
  const { width, height } = header
  if (width * height > limits.imagePixels || Math.max(width, height) > MAX_SIDE_PX) {
    const message = `The image has ${width}x${height} pixels; at most ${limits.imagePixels} are read, ${MAX_SIDE_PX} a side.`
    throw new AppError('too_large', message, { details: { limit: 'MAX_IMAGE_PIXELS' } })
  }
}

function checkWhole(bytes: Uint8Array, header: Metadata, format: ImageFormat): void {
  const { frames, isWhole } = format === 'png' ? walkPng(bytes) : { frames: header.pages ?? 1, isWhole: true }
  // Which of the pages would be the film? A guess could diagnose a thumbnail.
  if (frames > 1) {
    throw new AppError('malformed_image', `The ${format} file holds ${frames} pages or frames; send one film a file.`)
  }
  if (!isWhole) throw new AppError('malformed_image', `The ${format} file is truncated or corrupt.`)
}

const SPACES = ['b-w', 'grey16', 'srgb', 'rgb16', 'cmyk'] as const
type Space = (typeof SPACES)[number]

function spaceOf(header: Metadata, format: ImageFormat): Space {
  const space = SPACES.find((name) => name === header.space)
  const is16Bit = header.depth === 'ushort'
  if (space === undefined || (header.depth !== 'uchar' && !is16Bit) || (space === 'cmyk' && is16Bit)) {
    throw new AppError(
      'malformed_image',
      `The ${format} file has ${header.depth} samples in ${header.space}; 8- and 16-bit gray and RGB are read.`,
    )
  }
  return space
}

async function readPixels(image: Sharp, space: Space): Promise<{ raster: Raster; bitDepth: 8 | 16 }> {
  const bitDepth = space === 'grey16' || space === 'rgb16' ? 16 : 8
  const { data, info } = await image
    .pipelineColourspace(space)
    .toColourspace(space)
    .removeAlpha()
    .raw({ depth: bitDepth === 16 ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const channels = space === 'b-w' || space === 'grey16' ? 1 : 3
  const samples = bitDepth === 16 ? asUint16(data) : new Uint8Array(data.buffer, data.byteOffset, data.length)
  const pixels = space === 'cmyk' ? cmykToRgb(samples) : samples
  if (pixels.length !== width * height * channels) {
    throw new AppError('malformed_image', 'The image has an arrangement of channels that is not read.')
  }
  return { raster: { width, height, channels, data: pixels }, bitDepth }
}

function asUint16(data: Buffer): Uint16Array {
  const isAligned = data.byteOffset % Uint16Array.BYTES_PER_ELEMENT === 0
  const bytes = isAligned ? data : Uint8Array.from(data)
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / Uint16Array.BYTES_PER_ELEMENT)
}

async function orMalformed<T>(format: ImageFormat, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    // The library's own words stay in `cause`: they can name tags and text of the file.
    throw new AppError('malformed_image', `The ${format} file is truncated or corrupt.`, { cause })
  }
}
