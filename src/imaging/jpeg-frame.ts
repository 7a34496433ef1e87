/** What a JPEG says before its pixels (ITU-T T.81 Annex B). */

const SOI = 0xffd8
const BASELINE = 0xffc0
const EXTENDED = 0xffc1
const DHT = 0xffc4
const SOS = 0xffda
const DQT = 0xffdb
const DRI = 0xffdd
const APP0 = 0xffe0
const APP1 = 0xffe1
const APP14 = 0xffee
const APP15 = 0xffef
const COM = 0xfffe
/** `Exif` and two zeros (CIPA DC-008 section 4.7.2): there may be an orientation in it. */
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0]

export interface PlainFrame {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
}

/**
 * The frame of a plain JPEG: 8 bits, gray or three components, coded sequentially with Huffman codes in a single scan, and with nothing
 * before it that says how else to read it (Exif, Adobe's colour transform). `undefined` for every other file, sound or not.
 */
export function readPlainFrame(bytes: Uint8Array): PlainFrame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let frame: PlainFrame | undefined
  if (bytes.length < 4 || view.getUint16(0) !== SOI) return undefined
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = view.getUint16(at)
    const next = at + 2 + view.getUint16(at + 2)
    if (next > bytes.length) return undefined
    // A single scan holds all components: of more scans libjpeg would decode each, however many there are.
    if (marker === SOS) return bytes[at + 4] === frame?.channels ? frame : undefined
    if (marker === BASELINE || marker === EXTENDED) {
      if (frame !== undefined) return undefined
      frame = readFrame(view, at, next)
      if (frame === undefined) return undefined
    } else if (!isHarmless(bytes, marker, at + 4)) return undefined
    at = next
  }
  return undefined
}

/** T.81 B.2.2: length, precision, lines, samples a line, components. */
function readFrame(view: DataView, at: number, next: number): PlainFrame | undefined {
  if (next < at + 10 || view.getUint8(at + 4) !== 8) return undefined
  const [height, width, channels] = [view.getUint16(at + 5), view.getUint16(at + 7), view.getUint8(at + 9)]
  if (width === 0 || height === 0 || (channels !== 1 && channels !== 3)) return undefined
  return { width, height, channels }
}

function isHarmless(bytes: Uint8Array, marker: number, body: number): boolean {
  if (marker === APP1) return !EXIF.every((byte, index) => bytes[body + index] === byte)
  if (marker >= APP0 && marker <= APP15) return marker !== APP14
  return marker === DQT || marker === DHT || marker === DRI || marker === COM
}
