/** The only user of `dcmjs-codecs`: JPEG, JPEG-LS, JPEG 2000 and HTJ2K in one WebAssembly instance of this thread. */
import { createRequire } from 'node:module'
import type { Context as CodecContext, NativeCodecs as Codecs } from 'dcmjs-codecs'
import { dicomFault } from './fault.js'
import { frameBytes, type PixelFormat } from './pixel-format.js'
import type { FrameCoding } from './transfer-syntax.js'

interface CodecsModule {
  readonly NativeCodecs: typeof Codecs
  readonly Context: typeof CodecContext
  readonly log: { setLevel(level: string): void }
}

export type CompressedCoding = Exclude<FrameCoding, 'native' | 'rle'>

/** Bytes of a frame, `bitsAllocated` a sample, little endian: exactly those of the format. */
export type DecodeFrame = (frame: Uint8Array, coding: CompressedCoding, format: PixelFormat) => Uint8Array

/**
 * An instance must be given up with its thread once it threw: its heap may be damaged. What it says of a file goes nowhere.
 */
export async function openNativeCodecs(): Promise<DecodeFrame> {
  // A CommonJS bundle whose names an import does not see.
  const { NativeCodecs, Context, log } = createRequire(import.meta.url)('dcmjs-codecs') as CodecsModule
  log.setLevel('silent')
  await NativeCodecs.initializeAsync()
  const decoders: Record<CompressedCoding, (context: CodecContext) => CodecContext> = {
    jpeg: (context) => NativeCodecs.decodeJpeg(context),
    jpeg_ls: (context) => NativeCodecs.decodeJpegLs(context),
    jpeg_2000: (context) => NativeCodecs.decodeJpeg2000(context),
    ht_jpeg_2000: (context) => NativeCodecs.decodeHtJpeg2000(context),
  }
  return (frame, coding, format) => {
    const context = new Context({
      ...{ width: format.columns, height: format.rows, samplesPerPixel: 1, planarConfiguration: 0 },
      ...{ bitsAllocated: format.bitsAllocated, bitsStored: format.bitsStored, encodedBuffer: frame },
      ...{ pixelRepresentation: Number(format.isSigned), photometricInterpretation: format.photometric },
    })
    const decoded = decoders[coding](context).getDecodedBuffer()
    if (decoded?.length !== frameBytes(format)) throw dicomFault('its codestream does not hold its pixels')
    return decoded
  }
}
