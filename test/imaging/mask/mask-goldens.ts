import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Mask } from '../../../src/imaging/mask/mask.js'

interface GoldenComponent {
  readonly area: number
  readonly box: readonly [left: number, top: number, right: number, bottom: number]
  readonly centroid: readonly [x: number, y: number]
}

interface GoldenDistances {
  readonly hd95: number
  readonly mean: number
}

export interface MaskGolden {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly bits: string
  readonly eight: readonly GoldenComponent[]
  readonly four: readonly GoldenComponent[]
  readonly filled: string
  readonly contours: readonly { readonly points: readonly (readonly [number, number])[]; readonly hole: boolean }[]
  readonly coco: string
  readonly other: string
  readonly dice: number
  readonly iou: number
  readonly distances_px: GoldenDistances | null
  readonly distances_mm: GoldenDistances | null
}

interface ResampledGolden {
  readonly width: number
  readonly height: number
  readonly small: readonly number[]
  readonly to_width: number
  readonly to_height: number
  readonly large: readonly number[]
}

/** What SciPy, OpenCV and pycocotools say: test/fixtures/masks/make_goldens.py. */
export const maskGoldens = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../fixtures/masks/goldens.json'), 'utf8'),
) as {
  readonly spacing_mm: readonly [number, number]
  readonly masks: readonly MaskGolden[]
  readonly resampled: readonly ResampledGolden[]
}

/** A mask from NumPy's `packbits` in hex. */
export function unpack({ width, height }: Pick<MaskGolden, 'width' | 'height'>, hex: string): Mask {
  const bytes = Buffer.from(hex, 'hex')
  const data = Uint8Array.from({ length: width * height }, (_, at) => (bytes[at >> 3]! >> (7 - (at & 7))) & 1)
  return { width, height, data }
}

/** A mask from rows of text, `#` inside. */
export function drawn(...rows: readonly string[]): Mask {
  const data = Uint8Array.from(rows.flatMap((row) => Array.from(row, (letter) => Number(letter === '#'))))
  return { width: rows[0]!.length, height: rows.length, data }
}
