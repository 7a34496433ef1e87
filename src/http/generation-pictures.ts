/** What a model made becomes marked files. */
import { createHash } from 'node:crypto'
import { AppError } from '../errors.js'
import type { Answer } from '../flows/answer.js'
import type { GeneratedImage, GenerationsResult } from '../flows/generate.js'
import type { Making, SyntheticMark } from '../imaging/mark/mark.js'
import type { PictureFormat, PictureJob } from '../imaging/mark/marked-picture.js'
import type { SyntheticSource } from '../imaging/mark/source.js'
import type { Raster } from '../imaging/raster.js'
import type { GenerationsBody } from './schemas/images.js'
import type { HttpServices } from './services.js'

export interface PictureStyle {
  readonly format: PictureFormat
  readonly bitDepth: 8 | 16
  readonly quality?: number
  readonly banner?: 'border' | 'corner'
  readonly embedsPrompt: boolean
  readonly source: SyntheticSource
}

/** Throws `invalid_option` where the output options do not fit each other. */
export function pictureStyle(body: GenerationsBody, format: PictureFormat, source: SyntheticSource): PictureStyle {
  const {
    bit_depth: bitDepth = 8,
    output_compression: compression,
    banner = 'none',
    embed_prompt: embeds = true,
  } = body
  if (bitDepth === 16 && format !== 'png') throw refused('/bit_depth', 'is 16, which only a PNG can have')
  if (compression !== undefined && format === 'png') throw refused('/output_compression', 'is for jpeg and webp')
  return {
    ...{ format, bitDepth, embedsPrompt: embeds, source },
    // Encoders know no quality 0.
    ...(compression !== undefined && { quality: Math.max(1, compression) }),
    ...(banner !== 'none' && { banner }),
  }
}

function refused(pointer: string, detail: string): AppError {
  return new AppError('invalid_option', 'An option does not fit the output format.', {
    details: { fields: [{ pointer, detail }] },
  })
}

export interface PictureFile {
  readonly bytes: Uint8Array
  /** In hex. */
  readonly sha256: string
}

interface Encoding {
  readonly images: HttpServices['images']
  readonly style: PictureStyle
  readonly signal: AbortSignal
}

/** The files of an answer, in order. */
export function encodePictures(answer: Answer<GenerationsResult>, { images, style, signal }: Encoding) {
  return Promise.all(
    answer.result.images.map(async (image): Promise<PictureFile> => {
      const bytes = await images.picture(jobOf(image.raster, style, makingOf(answer, image, style)), signal)
      return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
    }),
  )
}

/** A look at what is not done yet, as a PNG, or in the format asked for; marked like the rest. */
export function encodePreview(preview: Raster, { images, style, signal }: Encoding): Promise<Uint8Array> {
  const { format, quality, embedsPrompt, source } = style
  const plain: PictureStyle = { format, bitDepth: 8, embedsPrompt, source, ...(quality !== undefined && { quality }) }
  return images.picture(jobOf(preview, plain), signal)
}

function jobOf(raster: Raster, style: PictureStyle, making?: Making): PictureJob {
  const { format, bitDepth, quality, banner, source } = style
  const mark: SyntheticMark = { source, ...(making && { making }) }
  return { raster, format, bitDepth, mark, ...(quality !== undefined && { quality }), ...(banner && { banner }) }
}

function makingOf({ model, result }: Answer<GenerationsResult>, image: GeneratedImage, style: PictureStyle): Making {
  const { prompt, negativePrompt, scheduler, steps, guidanceScale, guidanceRescale, noiseSource, size, edit } = result
  return {
    ...(style.embedsPrompt && {
      prompt: prompt.text,
      ...(negativePrompt && { negativePrompt: negativePrompt.text }),
    }),
    model,
    seed: String(image.seed),
    ...{ steps, sampler: scheduler.name, guidanceScale, size },
    ...(edit && { strength: edit.strength }),
    details: {
      guidance_rescale: guidanceRescale,
      noise_source: noiseSource,
      scheduler,
      pixels_sha256: image.pixelsSha256,
    },
  }
}
