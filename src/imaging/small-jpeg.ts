/** The only user of libjpeg-turbo in WebAssembly. */
import openLibjpegTurbo, { type JpegDecoder } from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'
import { readPlainFrame } from './jpeg-frame.js'
import type { Raster } from './raster.js'

/**
 * Up to so many samples it is quicker than libvips, which takes about a millisecond to begin; from half a million on it is slower
 * (`test/load/jpeg-decode.ts`).
 */
const MOST_SAMPLES = 400_000
/** The file is copied into an instance's memory, which never shrinks. */
const MOST_BYTES = 1 << 20

/**
 * The pixels of a small, plain JPEG, the same as libvips gives: both are libjpeg-turbo's. `undefined` for any other file, and where
 * the decoder has anything to say against it: what is wrong with a file, libvips says. `mostPixels` is the caller's own limit.
 */
export type DecodeSmallJpeg = (bytes: Uint8Array, mostPixels: number) => Promise<Raster | undefined>

/** One file at a time is decoded, and without a pause, so a thread needs one of them. It compiles when it is first asked. */
export function openSmallJpegs({
  mostSamples = MOST_SAMPLES,
}: { readonly mostSamples?: number } = {}): DecodeSmallJpeg {
  let opening: Promise<JpegDecoder> | undefined
  const decodeOrGiveUp = async (bytes: Uint8Array): Promise<Uint8Array | undefined> => {
    try {
      const decoder = await (opening ??= openDecoder())
      decoder.getEncodedBuffer(bytes.length).set(bytes)
      decoder.decode()
      return new Uint8Array(decoder.getDecodedBuffer())
    } catch {
      // The instance is given up, because its stack is not unwound.
      opening = undefined
      return undefined
    }
  }
  return async (bytes, mostPixels) => {
    const frame = bytes.length <= MOST_BYTES ? readPlainFrame(bytes) : undefined
    if (frame === undefined) return undefined
    const { width, height, channels } = frame
    const area = width * height
    if (area > mostPixels || area * channels > mostSamples) return undefined
    const data = await decodeOrGiveUp(bytes)
    return data?.length === area * channels ? { width, height, channels, data } : undefined
  }
}

async function openDecoder(): Promise<JpegDecoder> {
  const { JPEGDecoder } = await openLibjpegTurbo()
  return new JPEGDecoder()
}
