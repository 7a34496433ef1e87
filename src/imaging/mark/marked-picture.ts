import { AppError } from '../../errors.js'
import { samplesToBytes } from '../colour.js'
import { encodeJpeg, encodePng, encodeWebp, type PngSource, type Raster } from '../raster.js'
import { addBanner, type Banner } from './banner.js'
import { jpegWithSegments, pngWithTexts, pngXmpChunk, webpWithChunks } from './containers.js'
import { exifBlock } from './exif.js'
import { markRecord, parametersText, type SyntheticMark } from './mark.js'
import type { SyntheticSource } from './source.js'
import { xmpPacket } from './xmp.js'

export const PICTURE_FORMATS = ['png', 'jpeg', 'webp'] as const
export type PictureFormat = (typeof PICTURE_FORMATS)[number]

/** A picture that a model made, on its way to a file. */
export interface PictureJob {
  readonly raster: Raster
  readonly format: PictureFormat
  /** Bits of a PNG's samples; the others have 8. A level v of 8 bits is v · 257 in 16. */
  readonly bitDepth: 8 | 16
  /** 1 to 100; left out, 100 for JPEG and without loss for WebP. PNG loses nothing. */
  readonly quality?: number
  readonly banner?: Banner
  readonly mark: SyntheticMark
}

const DESCRIPTION: Readonly<Record<SyntheticSource, string>> = {
  trainedAlgorithmicMedia: 'Synthetic image made by a model; not of a patient.',
  compositeWithTrainedAlgorithmicMedia: 'Image changed by a model; parts of it are synthetic.',
}

/** The file, with the mark in its metadata. The same job gives the same bytes. Throws what `addBanner` throws. */
export async function encodePicture(job: PictureJob): Promise<Uint8Array> {
  const { format, mark } = job
  const picture = withDepth(job.banner === undefined ? job.raster : addBanner(job.raster, job.banner), job)
  if (format === 'png') return markPng(await encodePng(picture), mark)
  const exif = exifBlock(DESCRIPTION[mark.source], parametersText(mark))
  const packet = xmpPacket(mark)
  if (format === 'webp') return webpWithChunks(await encodeWebp(picture, job.quality), picture, { exif, packet })
  return jpegWithSegments(await encodeJpeg(picture, job.quality ?? 100), exif, packet)
}

/** A PNG that shows a film or what a model saw in it; what the film says of its source, the picture says too. */
export async function encodeDerivedPng(picture: PngSource, film: SyntheticSource | undefined): Promise<Uint8Array> {
  const png = await encodePng(picture)
  return film === undefined ? png : markPng(png, { source: film })
}

function markPng(png: Uint8Array, mark: SyntheticMark): Uint8Array {
  return pngWithTexts(png, [
    { keyword: 'parameters', text: parametersText(mark) },
    { keyword: 'radserve', text: markRecord(mark) },
    pngXmpChunk(xmpPacket(mark)),
  ])
}

function withDepth(raster: Raster, { format, bitDepth }: PictureJob): Raster {
  if (bitDepth === 8) return { ...raster, data: samplesToBytes(raster.data) }
  if (format !== 'png') throw new AppError('invalid_option', 'Only a PNG has 16 bits.')
  const { data } = raster
  return { ...raster, data: data instanceof Uint16Array ? data : Uint16Array.from(data, (level) => level * 257) }
}
