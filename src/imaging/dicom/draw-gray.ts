import type { DataSet } from 'dicom-parser'
import type { Raster } from '../raster.js'
import { grayOf, readGrayscale, type GrayRule } from './grayscale.js'
import type { PixelFormat } from './pixel-format.js'

export interface DrawnFilm {
  /** Gray of 8 bits. */
  readonly raster: Raster
  /** Different stored values, padding left out. */
  readonly storedLevels: number
  /** Different grays after the pixel rules. */
  readonly grayLevels: number
}

/** Stored samples as the gray that a reader would see, by the film's pixel rules and then the pack's. Padding is black. */
export function drawGray(
  samples: Uint8Array | Uint16Array,
  { dataSet, format, rule }: { readonly dataSet: DataSet; readonly format: PixelFormat; readonly rule: GrayRule },
): DrawnFilm {
  const valueOf = storedValues(format)
  const grayscale = readGrayscale(dataSet, format)
  const { padding } = grayscale
  const isThere = new Uint8Array(2 ** format.bitsAllocated)
  for (let i = 0; i < samples.length; i++) isThere[samples[i]!] = 1
  const raws = [...isThere.keys()].filter((raw) => {
    const value = valueOf(raw)
    return isThere[raw] === 1 && !(padding && value >= padding.from && value <= padding.to)
  })
  const gray = grayOf(grayscale, Float32Array.from(raws, valueOf), format.photometric === 'MONOCHROME1', rule)
  const table = new Uint8Array(isThere.length)
  raws.forEach((raw, at) => (table[raw] = Math.floor(gray[at]! * 255 + 0.5)))
  const data = new Uint8Array(samples.length)
  for (let i = 0; i < data.length; i++) data[i] = table[samples[i]!]!
  return {
    raster: { width: format.columns, height: format.rows, channels: 1, data },
    storedLevels: new Set(raws.map(valueOf)).size,
    grayLevels: new Set(raws.map((raw) => table[raw])).size,
  }
}

/** Bits beside the stored ones hold overlays or nothing that means anything (PS3.5 section 8.1.1); then the sign. */
function storedValues({ bitsStored, highBit, isSigned }: PixelFormat): (raw: number) => number {
  const shift = highBit + 1 - bitsStored
  const range = 2 ** bitsStored
  return (raw) => {
    const value = (raw >> shift) & (range - 1)
    return isSigned && value >= range / 2 ? value - range : value
  }
}
