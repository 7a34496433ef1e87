/** What a latent decoder gives becomes a picture. */
import { createHash } from 'node:crypto'
import { AppError } from '../../errors.js'
import { fromFloat16 } from '../../tensor/float16.js'
import { channelSpread } from '../channel-spread.js'
import type { Raster } from '../raster.js'

const WHITE = 65_535

export interface ComposeJob {
  /** [channels, height, width] between −1 and 1, beyond which it is cut: float32, or the raw bits of float16. */
  readonly values: Float32Array | Uint16Array
  readonly channels: 1 | 3
  readonly width: number
  readonly height: number
  /** Of the picture; gray is the mean of three channels. */
  readonly color: 'gray' | 'rgb'
  /** Where `mask`, uint8[height, width], is 0 the picture is `raster`, of its size and colour and of 16 bits. */
  readonly kept?: { readonly mask: Uint8Array; readonly raster: Raster }
}

export interface ComposedImage {
  /** 16 bits over the full range. */
  readonly raster: Raster
  /** sha256, in hex, over the samples row by row as little-endian 16-bit words. */
  readonly pixelsSha256: string
  /** Of what the decoder gave, before it became gray: `channelSpread`. */
  readonly channelSpread: number
}

/** Throws `model_output_invalid` for values that are no numbers. */
export function composeImage(job: ComposeJob): ComposedImage {
  const { width, height, channels } = job
  const values = job.values instanceof Uint16Array ? fromFloat16(job.values) : job.values
  const area = width * height
  const data = new Uint16Array(area * channels)
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < area; i++) data[i * channels + channel] = sampleOf(values[channel * area + i]!)
  }
  const decoded: Raster = { width, height, channels, data }
  const raster = withKept(job.color === 'gray' ? meanOf(decoded) : decoded, job.kept)
  return { raster, pixelsSha256: digestOf(raster.data), channelSpread: channelSpread(decoded) }
}

function sampleOf(value: number): number {
  // Not `!Number.isFinite`: a decoder that overflows to infinity is cut like any other.
  if (Number.isNaN(value)) throw new AppError('model_output_invalid', 'The decoder gave values that are no numbers.')
  return Math.round(Math.min(Math.max(value / 2 + 0.5, 0), 1) * WHITE)
}

function meanOf({ width, height, channels, data }: Raster): Raster {
  if (channels === 1) return { width, height, channels, data }
  const gray = new Uint16Array(width * height)
  for (let i = 0; i < gray.length; i++) {
    gray[i] = Math.round((data[i * 3]! + data[i * 3 + 1]! + data[i * 3 + 2]!) / 3)
  }
  return { width, height, channels: 1, data: gray }
}

function withKept(made: Raster, kept: ComposeJob['kept']): Raster {
  if (kept === undefined) return made
  const { mask, raster } = kept
  const { channels, data } = made
  if (raster.channels !== channels || raster.data.length !== data.length || mask.length * channels !== data.length) {
    throw new AppError('internal', 'A picture and what is kept of its film differ in size. This is a bug.')
  }
  for (let i = 0; i < data.length; i++) if (mask[Math.floor(i / channels)] === 0) data[i] = raster.data[i]!
  return made
}

function digestOf(data: Raster['data']): string {
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex')
}
