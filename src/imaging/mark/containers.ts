/** Puts metadata into files that our own encoder wrote. */
import { crc32 } from 'node:zlib'
import { AppError } from '../../errors.js'

const PNG_HEADER_BYTES = 8 + 25
const JPEG_START_BYTES = 2
const MAX_SEGMENT_BYTES = 65_533
const RIFF_HEADER_BYTES = 12
const CHUNK_HEADER_BYTES = 8
const HAS_EXIF = 0x08
const HAS_XMP = 0x04

export interface TextChunk {
  readonly keyword: string
  readonly text: string
}

/** Text chunks right behind the header (PNG, third edition, section 11.3.3): Latin-1 where that is enough, else UTF-8. */
export function pngWithTexts(png: Uint8Array, texts: readonly TextChunk[]): Uint8Array {
  const chunks = texts.map(({ keyword, text }) => {
    const isLatin1 = /^[\n\x20-\x7e\xa1-\xff]*$/.test(text)
    return isLatin1
      ? pngChunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'))
      : pngChunk('iTXt', Buffer.from(`${keyword}\0\0\0\0\0${text}`, 'utf8'))
  })
  return Buffer.concat([png.subarray(0, PNG_HEADER_BYTES), ...chunks, png.subarray(PNG_HEADER_BYTES)])
}

/** XMP stands in a chunk of its own keyword, always in UTF-8 (XMP specification part 3, section 1.1.5). */
export function pngXmpChunk(packet: string): TextChunk {
  return { keyword: 'XML:com.adobe.xmp', text: packet }
}

function pngChunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** Exif and XMP as APP1 segments, behind the JFIF header where there is one (XMP specification part 3, section 1.1.3). */
export function jpegWithSegments(jpeg: Uint8Array, exif: Buffer, packet: string): Uint8Array {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength)
  const hasJfif = bytes.readUInt16BE(JPEG_START_BYTES) === 0xffe0
  const at = hasJfif ? JPEG_START_BYTES + 2 + bytes.readUInt16BE(JPEG_START_BYTES + 2) : JPEG_START_BYTES
  const segments = [
    jpegSegment(Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif])),
    jpegSegment(Buffer.from(`http://ns.adobe.com/xap/1.0/\0${packet}`, 'utf8')),
  ]
  return Buffer.concat([bytes.subarray(0, at), ...segments, bytes.subarray(at)])
}

function jpegSegment(body: Buffer): Buffer {
  if (body.length > MAX_SEGMENT_BYTES)
    throw new AppError('internal', 'A mark is too long for a JPEG segment. This is a bug.')
  const head = Buffer.from([0xff, 0xe1, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}

/**
 * The extended form with Exif and XMP behind the picture (WebP container specification, "Extended File Format"). Takes the
 * simple form alone: one picture without alpha, of the given size.
 */
export function webpWithChunks(
  webp: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  { exif, packet }: { readonly exif: Buffer; readonly packet: string },
): Uint8Array {
  const bytes = Buffer.from(webp.buffer, webp.byteOffset, webp.byteLength)
  const type = bytes.toString('latin1', RIFF_HEADER_BYTES, RIFF_HEADER_BYTES + 4)
  if (type !== 'VP8 ' && type !== 'VP8L')
    throw new AppError('internal', 'The WebP encoder wrote a form that was not foreseen. This is a bug.')
  const header = Buffer.alloc(10)
  header[0] = HAS_EXIF | HAS_XMP
  header.writeUIntLE(width - 1, 4, 3)
  header.writeUIntLE(height - 1, 7, 3)
  const chunks = [
    riffChunk('VP8X', header),
    bytes.subarray(RIFF_HEADER_BYTES),
    riffChunk('EXIF', exif),
    riffChunk('XMP ', Buffer.from(packet, 'utf8')),
  ]
  const riff = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  riff.writeUInt32LE(
    chunks.reduce((sum, { length }) => sum + length, RIFF_HEADER_BYTES - CHUNK_HEADER_BYTES),
    4,
  )
  return Buffer.concat([riff, ...chunks])
}

function riffChunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(CHUNK_HEADER_BYTES)
  head.write(type, 'latin1')
  head.writeUInt32LE(body.length, 4)
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)])
}
