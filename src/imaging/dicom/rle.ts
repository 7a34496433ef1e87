/** RLE Lossless (PS3.5 Annex G), strictly: every segment gives exactly its pixels, or the frame is refused. */
import { dicomFault } from './fault.js'
import { frameBytes, type PixelFormat } from './pixel-format.js'

const HEADER_BYTES = 64
const MAX_SEGMENTS = 15

/** Stored samples of one frame, little endian. The most significant byte has the first segment (section G.2). */
export function decodeRle(frame: Uint8Array, format: PixelFormat): Uint8Array {
  const bytesPerSample = format.bitsAllocated / 8
  const offsets = readOffsets(frame, bytesPerSample)
  const pixels = format.rows * format.columns
  const samples = new Uint8Array(frameBytes(format))
  offsets.forEach((from, segment) => {
    const to = offsets[segment + 1] ?? frame.length
    unpack(frame.subarray(from, to), samples, { first: bytesPerSample - 1 - segment, every: bytesPerSample, pixels })
  })
  return samples
}

/** Section G.5: the number of segments and where each begins. */
function readOffsets(frame: Uint8Array, expected: number): number[] {
  if (frame.length < HEADER_BYTES) throw dicomFault('its RLE frame has no header')
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const count = view.getUint32(0, true)
  if (count > MAX_SEGMENTS || count !== expected)
    throw dicomFault(`its RLE frame has not the ${expected} segments of its bits`)
  const offsets = Array.from({ length: count }, (_, at) => view.getUint32(4 + 4 * at, true))
  const isRising = offsets.every((offset, at) => offset >= (at === 0 ? HEADER_BYTES : offsets[at - 1]! + 1))
  if (!isRising || offsets.at(-1)! >= frame.length) throw dicomFault('the segments of its RLE frame overlap')
  return offsets
}

interface Place {
  readonly first: number
  readonly every: number
  readonly pixels: number
}

/** Section G.3.2. A segment may have one byte of padding behind its last pixel. */
function unpack(segment: Uint8Array, into: Uint8Array, { first, every, pixels }: Place): void {
  let at = 0
  let done = 0
  while (done < pixels) {
    const head = segment[at++]
    if (head === undefined) throw dicomFault('a segment of its RLE frame ends too early')
    if (head === 128) continue
    const count = head < 128 ? head + 1 : 257 - head
    const isRun = head > 128
    if (done + count > pixels || at + (isRun ? 1 : count) > segment.length)
      throw dicomFault('a segment of its RLE frame does not hold its pixels')
    for (let i = 0; i < count; i++) into[(done + i) * every + first] = segment[isRun ? at : at + i]!
    at += isRun ? 1 : count
    done += count
  }
  if (segment.length - at > 1) throw dicomFault('a segment of its RLE frame is longer than its pixels')
}
