/** Markers of JPEG (ITU-T T.81 Annex B) and JPEG-LS (ITU-T T.87 Annex C): one frame, one scan, whole. */
import type { CodestreamHeader } from './codestream.js'
import { dicomFault } from './fault.js'
import type { TransferSyntax } from './transfer-syntax.js'

const SOI = 0xffd8
const EOI = 0xffd9
const SOS = 0xffda
const LSE = 0xfff8

/** SOF markers by transfer syntax: baseline and extended DCT, lossless, JPEG-LS. */
const BASELINE = 0xffc0
const EXTENDED = 0xffc1
const LOSSLESS = 0xffc3
const JPEG_LS = 0xfff7
const FRAMES: ReadonlySet<number> = new Set(
  [...Array(16).keys()].map((at) => 0xffc0 + at).filter((marker) => ![0xffc4, 0xffc8, 0xffcc].includes(marker)),
)

/** Throws `malformed_image` for a frame of another process, of several scans, or one that does not end with EOI. */
export function readJpegHeader(frame: Uint8Array, syntax: TransferSyntax): CodestreamHeader {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (frame.length < 4 || view.getUint16(0) !== SOI) throw dicomFault('its frame is no JPEG codestream')
  let header: CodestreamHeader | undefined
  let at = 2
  for (;;) {
    if (at + 4 > frame.length) throw torn()
    const marker = view.getUint16(at)
    const length = view.getUint16(at + 2)
    const next = at + 2 + length
    if (marker < 0xffc0 || length < 2 || next > frame.length) throw torn()
    if (FRAMES.has(marker) || marker === JPEG_LS) {
      if (header !== undefined) throw dicomFault('its codestream holds several frames')
      header = readFrame(view, at, marker, syntax)
    } else if (marker === LSE && frame[at + 4] !== 1) {
      throw dicomFault('its JPEG-LS codestream maps samples through a table')
    } else if (marker === SOS) {
      if (header === undefined) throw torn()
      const isReversible = checkScan(view, at, syntax) && header.isReversible
      checkEnd(frame, next, syntax)
      return { ...header, isReversible }
    }
    at = next
  }
}

/** T.81 B.2.2, T.87 C.2.2: length, precision, lines, samples a line, components. */
function readFrame(view: DataView, at: number, marker: number, syntax: TransferSyntax): CodestreamHeader {
  if (!expectedMarkers(syntax).includes(marker))
    throw dicomFault('its codestream is of another process than its transfer syntax')
  if (view.getUint16(at + 2) < 11) throw torn()
  return {
    precision: view.getUint8(at + 4),
    rows: view.getUint16(at + 5),
    columns: view.getUint16(at + 7),
    components: view.getUint8(at + 9),
    isReversible: marker === LOSSLESS || marker === JPEG_LS,
  }
}

function expectedMarkers({ uid, coding }: TransferSyntax): readonly number[] {
  if (coding === 'jpeg_ls') return [JPEG_LS]
  if (uid.endsWith('.50') || uid.endsWith('.51')) return [BASELINE, EXTENDED]
  return [LOSSLESS]
}

/** Whether the scan loses nothing: NEAR of JPEG-LS (T.87 C.2.3), the point transform of lossless JPEG (T.81 B.2.3). */
function checkScan(view: DataView, at: number, { uid, coding }: TransferSyntax): boolean {
  if (view.getUint16(at + 2) < 8 || view.getUint8(at + 4) !== 1) throw dicomFault('its scan has several components')
  const first = view.getUint8(at + 7)
  if (coding === 'jpeg_ls') return first === 0
  const pointTransform = view.getUint8(at + 9) & 15
  if (uid.endsWith('.70') && first !== 1)
    throw dicomFault('its codestream has another prediction than its transfer syntax')
  return pointTransform === 0
}

/**
 * EOI must be the first marker behind the scan but restarts, and nothing but padding may follow it. Inside the scan a byte FF
 * is followed by 00 (T.81 B.1.1.5), in JPEG-LS by a byte below 80 (T.87 A.1).
 */
function checkEnd(frame: Uint8Array, from: number, { coding }: TransferSyntax): void {
  let at = frame.indexOf(0xff, from)
  while (at >= 0 && at + 1 < frame.length) {
    const next = frame[at + 1]!
    if (next === EOI % 256) {
      checkPadding(frame, at + 2, from)
      return
    }
    const isData = coding === 'jpeg_ls' ? next < 0x80 : next === 0
    const isRestart = next >= 0xd0 && next <= 0xd7
    if (next === 0xff) {
      at++
      continue
    }
    if (!isData && !isRestart) throw dicomFault('its codestream has a marker inside its scan')
    at = frame.indexOf(0xff, at + 2)
  }
  throw torn()
}

function checkPadding(frame: Uint8Array, at: number, from: number): void {
  if (at - 2 === from) throw dicomFault('its codestream holds no pixels')
  if (frame.length - at > 1 || (frame[at] ?? 0) !== 0) throw dicomFault('bytes follow the end of its codestream')
}

function torn() {
  return dicomFault('its codestream is truncated or damaged')
}
