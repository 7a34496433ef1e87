/** Connected components by runs: a row of a film has a handful of them, so films of millions of pixels cost little. */
import type { Rectangle } from '../geometry.js'
import type { Mask } from './mask.js'

/** 8: pixels that touch at a corner hang together; 4: only those that share a side. */
export type Connectivity = 4 | 8

/** Pixels of one value, row by row: run `i` covers `starts[i]` to `ends[i]` (exclusive); row `y` has those from `rows[y]`. */
export interface Runs {
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Index of the first run of each row of the window, and one more entry: the number of runs. */
  readonly rows: Int32Array
  /** y of the window's first row. */
  readonly top: number
}

/** Runs with the component of each, counted from 0 in the order in which a scan from the top left meets them. */
export interface LabelledRuns extends Runs {
  readonly labels: Int32Array
  readonly count: number
}

/** The runs of `value` within `window`. */
export function findRuns(mask: Mask, value: 0 | 1, window: Rectangle): Runs {
  const height = window.bottom - window.top
  const rows = new Int32Array(height + 1)
  let count = 0
  for (let y = 0; y < height; y++) {
    rows[y] = count
    count += countRuns(mask, value, window, y + window.top)
  }
  rows[height] = count
  const starts = new Int32Array(count)
  const ends = new Int32Array(count)
  for (let y = 0, at = 0; y < height; y++) {
    const base = (y + window.top) * mask.width
    for (let x = window.left; x < window.right; x++) {
      if (mask.data[base + x] !== value) continue
      starts[at] = x
      while (x < window.right && mask.data[base + x] === value) x++
      ends[at++] = x
    }
  }
  return { starts, ends, rows, top: window.top }
}

function countRuns({ data, width }: Mask, value: 0 | 1, { left, right }: Rectangle, y: number): number {
  const base = y * width
  let count = 0
  let before: number = 1 - value
  for (let x = left; x < right; x++) {
    const here = data[base + x]!
    if (here === value && before !== value) count++
    before = here
  }
  return count
}

/** Union of runs that touch in neighbouring rows. */
export function labelRuns(runs: Runs, connectivity: Connectivity): LabelledRuns {
  const { starts, ends, rows } = runs
  const parents = Int32Array.from(starts, (_, at) => at)
  // A corner is enough for 8: the runs may stand one column apart.
  const slack = connectivity === 8 ? 1 : 0
  for (let y = 1; y < rows.length - 1; y++) {
    let above = rows[y - 1]!
    for (let here = rows[y]!; here < rows[y + 1]!; here++) {
      while (above < rows[y]! && ends[above]! + slack <= starts[here]!) above++
      for (let other = above; other < rows[y]! && starts[other]! < ends[here]! + slack; other++)
        unite(parents, other, here)
    }
  }
  const labels = new Int32Array(parents.length)
  let count = 0
  for (let at = 0; at < parents.length; at++) {
    const root = rootOf(parents, at)
    // A root is the first run of its component, so it has its label before the others ask.
    labels[at] = root === at ? count++ : labels[root]!
  }
  return { ...runs, labels, count }
}

function unite(parents: Int32Array, a: number, b: number): void {
  const [first, second] = [rootOf(parents, a), rootOf(parents, b)]
  parents[Math.max(first, second)] = Math.min(first, second)
}

function rootOf(parents: Int32Array, at: number): number {
  let root = at
  while (parents[root] !== root) {
    parents[root] = parents[parents[root]!]!
    root = parents[root]!
  }
  return root
}

/** Calls `visit` for every run with its row and its component. */
export function eachRun(
  { starts, ends, rows, labels, top }: LabelledRuns,
  visit: (label: number, y: number, start: number, end: number) => void,
): void {
  for (let row = 0; row < rows.length - 1; row++)
    for (let at = rows[row]!; at < rows[row + 1]!; at++) visit(labels[at]!, row + top, starts[at]!, ends[at]!)
}
