/** Weight of the newest run in the moving mean. */
const WEIGHT = 0.2

/** How long the rows of one graph take, as a moving mean over its runs. */
export interface ServiceTime {
  /** `undefined` before the first run. */
  readonly rowMs: number | undefined
  observe(rows: number, runMs: number): void
}

export function createServiceTime(): ServiceTime {
  let rowMs: number | undefined
  return {
    get rowMs() {
      return rowMs
    },
    observe(rows, runMs) {
      const seen = runMs / rows
      rowMs = rowMs === undefined ? seen : rowMs + WEIGHT * (seen - rowMs)
    },
  }
}
