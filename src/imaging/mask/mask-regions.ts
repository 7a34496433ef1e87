/** A mask as the regions that it consists of, with what can be measured of them. */
import type { Point, Rectangle } from '../geometry.js'
import { eachRun, findRuns, labelRuns, type LabelledRuns } from './components.js'
import { traceHole, traceOuter, type Contour } from './contours.js'
import { fillHoles, findHoles } from './holes.js'
import { maskBox, type Mask } from './mask.js'

/** What becomes of a mask after the threshold, in this order. */
export interface MaskCleaning {
  readonly fillHoles: boolean
  /** Components of fewer pixels are dropped. */
  readonly minAreaPx: number
  /** So many of the largest components are kept; left out, all. */
  readonly largest?: number
}

/** One 8-connected component. */
export interface Component {
  readonly areaPx: number
  /** Right and bottom exclusive. */
  readonly box: Rectangle
  /** Mean of the pixels' centres, in continuous coordinates: pixel i has its centre at i + 0.5. */
  readonly centroid: Point
  /** Its first pixel in a scan from the top left. */
  readonly first: Point
}

export interface CleanedMask {
  readonly mask: Mask
  /** Largest first; of equal ones the one that a scan from the top left meets first. */
  readonly components: readonly Component[]
  /** Runs of the mask before components were dropped; absent for an empty one. */
  readonly runs?: LabelledRuns
  /** By the label of a run the index of its component; -1 for a component that was dropped. */
  readonly ranks: Int32Array
}

/** The mask after cleaning, and its components. */
export function cleanMask(given: Mask, { fillHoles: fills, minAreaPx, largest }: MaskCleaning): CleanedMask {
  const mask = fills ? fillHoles(given) : given
  const box = maskBox(mask)
  if (box === undefined) return { mask, components: [], ranks: new Int32Array(0) }
  const runs = labelRuns(findRuns(mask, 1, box), 8)
  const all = componentsOf(runs)
  const order = all.map((_, label) => label).sort((a, b) => all[b]!.areaPx - all[a]!.areaPx || a - b)
  const kept = order.filter((label) => all[label]!.areaPx >= minAreaPx).slice(0, largest)
  const ranks = new Int32Array(all.length).fill(-1)
  kept.forEach((label, rank) => (ranks[label] = rank))
  const components = kept.map((label) => all[label]!)
  return { mask: kept.length === all.length ? mask : redraw(mask, runs, ranks), components, runs, ranks }
}

function componentsOf(runs: LabelledRuns): Component[] {
  const sums = Array.from({ length: runs.count }, () => ({
    ...{ areaPx: 0, x: 0, y: 0, left: Infinity, right: 0, bottom: 0 },
    first: { x: -1, y: -1 },
  }))
  eachRun(runs, (label, y, start, end) => {
    const sum = sums[label]!
    if (sum.areaPx === 0) sum.first = { x: start, y }
    sum.areaPx += end - start
    sum.x += ((end - start) * (start + end)) / 2
    sum.y += (end - start) * (y + 0.5)
    sum.left = Math.min(sum.left, start)
    sum.right = Math.max(sum.right, end)
    sum.bottom = y + 1
  })
  return sums.map(({ areaPx, x, y, left, right, bottom, first }) => ({
    areaPx,
    box: { left, top: first.y, right, bottom },
    centroid: { x: x / areaPx, y: y / areaPx },
    first,
  }))
}

function redraw({ width, height }: Mask, runs: LabelledRuns, ranks: Int32Array): Mask {
  const data = new Uint8Array(width * height)
  eachRun(runs, (label, y, start, end) => {
    if (ranks[label]! >= 0) data.fill(1, y * width + start, y * width + end)
  })
  return { width, height, data }
}

export interface ComponentContours {
  readonly outer: Contour
  readonly holes: readonly Contour[]
}

/** Contours of the first `limit` components. */
export function contoursOf({ mask, components, runs, ranks }: CleanedMask, limit: number): ComponentContours[] {
  const found = components
    .slice(0, limit)
    .map(({ first }) => ({ outer: traceOuter(mask, first), holes: [] as Contour[] }))
  if (runs === undefined) return found
  for (const hole of findHoles(mask)) {
    // The pixel to the left of a hole's first one belongs to what encloses the hole.
    const rank = ranks[labelAt(runs, hole.x - 1, hole.y)]!
    found[rank]?.holes.push(traceHole(mask, hole))
  }
  return found
}

/** Label of the run that holds a pixel, which must be in one. */
function labelAt({ ends, rows, labels, top }: LabelledRuns, x: number, y: number): number {
  let low = rows[y - top]!
  let high = rows[y - top + 1]! - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (ends[middle]! <= x) low = middle + 1
    else high = middle
  }
  return labels[low]!
}
