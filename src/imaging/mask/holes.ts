import { eachRun, findRuns, labelRuns } from './components.js'
import { maskBox, type Mask } from './mask.js'

/** What is outside and enclosed. For 8-connected components it is 4-connected: no way out leads between two corners. */
export interface Hole {
  /** Its first pixel in a scan from the top left. */
  readonly x: number
  readonly y: number
}

/** Every hole of a mask; the edge of the image closes none (as `scipy.ndimage.binary_fill_holes`). */
export function findHoles(mask: Mask): Hole[] {
  return enclosed(mask).holes
}

/** The mask with its holes filled: a new one, or itself where there is none. */
export function fillHoles(mask: Mask): Mask {
  const { holes, runs, isOpen } = enclosed(mask)
  if (holes.length === 0 || runs === undefined) return mask
  const data = mask.data.slice()
  eachRun(runs, (label, y, start, end) => {
    if (isOpen[label] === 0) data.fill(1, y * mask.width + start, y * mask.width + end)
  })
  return { ...mask, data }
}

function enclosed(mask: Mask) {
  const box = maskBox(mask)
  if (box === undefined) return { holes: [], runs: undefined, isOpen: new Uint8Array(0) }
  const runs = labelRuns(findRuns(mask, 0, box), 4)
  const isOpen = new Uint8Array(runs.count)
  // Around the box everything is outside, so what reaches its border is no hole.
  eachRun(runs, (label, y, start, end) => {
    if (y === box.top || y === box.bottom - 1 || start === box.left || end === box.right) isOpen[label] = 1
  })
  const holes: Hole[] = []
  const seen = new Uint8Array(runs.count)
  eachRun(runs, (label, y, start) => {
    if (isOpen[label] === 0 && seen[label] === 0) holes.push({ x: start, y })
    seen[label] = 1
  })
  return { holes, runs, isOpen }
}
