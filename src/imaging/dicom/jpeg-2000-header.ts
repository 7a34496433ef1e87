/** Markers of JPEG 2000 (ITU-T T.800 Annex A) and of its high-throughput part (T.814): sizes, and tile-parts to the end. */
import type { CodestreamHeader } from './codestream.js'
import { dicomFault } from './fault.js'
import type { TransferSyntax } from './transfer-syntax.js'

const SOC_SIZ = 0xff4fff51
const CAP = 0xff50
const COD = 0xff52
const SOT = 0xff90
const EOC = 0xffd9
/** Tiles cost a decoder memory each; a film has one, or some tens. */
const MAX_TILES = 4096
const MAX_DECOMPOSITIONS = 32
const SOT_BYTES = 12

interface MainHeader extends CodestreamHeader {
  readonly tiles: number
  /** Of the first tile-part. */
  readonly end: number
}

/** Throws `malformed_image` for a codestream that is not whole: its tile-parts must lead exactly to EOC, every tile there. */
export function readJpeg2000Header(frame: Uint8Array, syntax: TransferSyntax): CodestreamHeader {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (frame.length < 64 || view.getUint32(0) !== SOC_SIZ) throw dicomFault('its frame is no JPEG 2000 codestream')
  const header = readMain(view, syntax)
  checkTileParts(view, header)
  const { columns, rows, components, precision, isSigned, isReversible } = header
  return { columns, rows, components, precision, isReversible, ...(isSigned !== undefined && { isSigned }) }
}

function readMain(view: DataView, syntax: TransferSyntax): MainHeader {
  const size = readSize(view)
  let hasCapabilities = false
  let isReversible: boolean | undefined
  let at = 4 + view.getUint16(4)
  for (;;) {
    if (at + 4 > view.byteLength) throw torn()
    const marker = view.getUint16(at)
    if (marker === SOT) break
    const length = view.getUint16(at + 2)
    if (marker < 0xff00 || length < 2 || at + 2 + length > view.byteLength) throw torn()
    // T.814 A.3.1: bit 14 of Pcap, counted from the most significant, says that Part 15 is needed.
    if (marker === CAP && length >= 6) hasCapabilities = (view.getUint32(at + 4) & 0x0002_0000) !== 0
    if (marker === COD) isReversible = readCoding(view, at, length)
    at += 2 + length
  }
  if (isReversible === undefined) throw torn()
  if (hasCapabilities !== (syntax.coding === 'ht_jpeg_2000'))
    throw dicomFault('its codestream is of another part of JPEG 2000 than its transfer syntax')
  return { ...size, isReversible, end: at }
}

/** T.800 A.5.1. */
function readSize(view: DataView): Omit<MainHeader, 'isReversible' | 'end'> {
  const at = 2
  const word = (offset: number): number => view.getUint32(at + offset)
  const [width, height, left, top] = [word(6), word(10), word(14), word(18)]
  const [tileWidth, tileHeight, tileLeft, tileTop] = [word(22), word(26), word(30), word(34)]
  const components = view.getUint16(at + 38)
  const depth = view.getUint8(at + 40)
  const isSound =
    view.getUint16(at + 2) === 38 + 3 * components &&
    width > left &&
    height > top &&
    tileWidth > 0 &&
    tileHeight > 0 &&
    tileLeft <= left &&
    tileTop <= top &&
    tileLeft + tileWidth > left &&
    tileTop + tileHeight > top
  if (!isSound) throw torn()
  if (view.getUint8(at + 41) !== 1 || view.getUint8(at + 42) !== 1) throw dicomFault('its codestream is subsampled')
  const tiles = Math.ceil((width - tileLeft) / tileWidth) * Math.ceil((height - tileTop) / tileHeight)
  if (tiles > MAX_TILES) throw dicomFault(`its codestream has more than ${MAX_TILES} tiles`)
  return {
    ...{ columns: width - left, rows: height - top, components, tiles },
    precision: (depth & 0x7f) + 1,
    isSigned: depth >= 0x80,
  }
}

/** T.800 A.6.1: whether the wavelet is the reversible one. */
function readCoding(view: DataView, at: number, length: number): boolean {
  if (length < 12 || view.getUint8(at + 9) > MAX_DECOMPOSITIONS) throw torn()
  return view.getUint8(at + 13) === 1
}

/** T.800 A.4.2: a tile-part says how long it is; the last may say 0, "to the end". */
function checkTileParts(view: DataView, { tiles, end }: MainHeader): void {
  const seen = new Set<number>()
  let at = end
  while (at + SOT_BYTES <= view.byteLength && view.getUint16(at) === SOT) {
    const tile = view.getUint16(at + 4)
    const length = view.getUint32(at + 6)
    if (tile >= tiles) throw torn()
    seen.add(tile)
    if (length === 0) {
      at = lastMarkerAt(view)
      break
    }
    if (length < SOT_BYTES + 2) throw torn()
    at += length
  }
  const padding = view.byteLength - at - 2
  const isEnded = at + 2 <= view.byteLength && view.getUint16(at) === EOC
  if (!isEnded || padding > 1 || (padding === 1 && view.getUint8(at + 2) !== 0)) throw torn()
  if (seen.size !== tiles) throw dicomFault('tiles of its codestream are missing')
}

function lastMarkerAt(view: DataView): number {
  const isPadded = view.getUint8(view.byteLength - 1) === 0
  return view.byteLength - (isPadded ? 3 : 2)
}

function torn() {
  return dicomFault('its codestream is truncated or damaged')
}
