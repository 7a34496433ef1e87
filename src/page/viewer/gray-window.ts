/** Which values are shown as grays: those from `centre - width / 2`, black, to `centre + width / 2`, white. 0 to 255. */
export interface GrayWindow {
  readonly centre: number
  readonly width: number
}

export const FULL_WINDOW: GrayWindow = { centre: 127.5, width: 255 }

const LEAST_WIDTH = 2

/** As on a workstation: across changes the width, up and down the centre. `dx` and `dy` in CSS pixels. */
export function dragWindow({ centre, width }: GrayWindow, dx: number, dy: number): GrayWindow {
  return { centre: clamp(centre + dy * 0.5, 0, 255), width: clamp(width + dx, LEAST_WIDTH, 510) }
}

/** uint8[256]: the gray of each value. */
export function grayTable({ centre, width }: GrayWindow, isInverted: boolean): Uint8ClampedArray {
  const low = centre - width / 2
  return Uint8ClampedArray.from({ length: 256 }, (_, value) => {
    const gray = clamp(((value - low) / width) * 255, 0, 255)
    return Math.round(isInverted ? 255 - gray : gray)
  })
}

/** Writes `source` through the table into `target`; both are RGBA of the same length. */
export function applyTable(source: Uint8ClampedArray, table: Uint8ClampedArray, target: Uint8ClampedArray): void {
  for (let at = 0; at < source.length; at += 4) {
    target[at] = table[source[at]!]!
    target[at + 1] = table[source[at + 1]!]!
    target[at + 2] = table[source[at + 2]!]!
    target[at + 3] = source[at + 3]!
  }
}

/** The window that shows all but the outermost half percent of the values at each end. */
export function fitWindow(pixels: Uint8ClampedArray): GrayWindow {
  const counts = new Uint32Array(256)
  for (let at = 0; at < pixels.length; at += 4) counts[pixels[at]!]!++
  const cut = pixels.length / 4 / 200
  const low = firstBeyond(counts, cut)
  const high = 255 - firstBeyond(counts.slice().reverse(), cut)
  return { centre: (low + high) / 2, width: Math.max(LEAST_WIDTH, high - low) }
}

function firstBeyond(counts: Uint32Array, cut: number): number {
  let sum = 0
  return Math.max(
    0,
    counts.findIndex((count) => (sum += count) > cut),
  )
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
