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
  const found = new Grown()
  for (let y = 0; y < height; y++) {
    const base = (y + window.top) * mask.width
    const row = mask.data.subarray(base + window.left, base + window.right)
    rows[y] = found.count
    // indexOf runs over a row far faster than a loop does, and most rows have few runs.
    for (let start = row.indexOf(value); start >= 0;) {
      const next = row.indexOf(1 - value, start)
      const end = next < 0 ? row.length : next
      found.push(start + window.left, end + window.left)
      start = next < 0 ? -1 : row.indexOf(value, next)
    }
  }
  rows[height] = found.count
  return { ...found.take(), rows, top: window.top }
}

/** Runs whose number is not known before. */
class Grown {
  count = 0
  #starts = new Int32Array(1024)
  #ends = new Int32Array(1024)

  push(start: number, end: number): void {
    if (this.count === this.#starts.length) {
      this.#starts = doubled(this.#starts)
      this.#ends = doubled(this.#ends)
    }
    this.#starts[this.count] = start
    this.#ends[this.count++] = end
  }

  take(): { starts: Int32Array; ends: Int32Array } {
    return { starts: this.#starts.slice(0, this.count), ends: this.#ends.slice(0, this.count) }
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
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
