/** How far a long work is: one line that is written over on a terminal, a line for each tenth elsewhere. */
export interface Progress {
  show(done: number, all: number, note?: string): void
  /** A line of its own, above the progress. */
  say(text: string): void
  end(): void
}

const BAR_CELLS = 30
/** A terminal is written to no more often than this. */
const TURN_MS = 100

export function createProgress(stream: NodeJS.WriteStream, nowMs: () => number = () => performance.now()): Progress {
  const startMs = nowMs()
  let shownMs = -Infinity
  let tenths = 0
  let isOpen = false
  const clear = (): void => {
    if (isOpen) stream.write('\r\x1b[K')
    isOpen = false
  }
  return {
    show(done, all, note = '') {
      if (stream.isTTY) {
        if (nowMs() - shownMs < TURN_MS && done < all) return
        shownMs = nowMs()
        stream.write(`\r\x1b[K${barLine(done, all, nowMs() - startMs)}${note}`)
        isOpen = true
      } else if (all > 0 && Math.floor((done * 10) / all) > tenths) {
        tenths = Math.floor((done * 10) / all)
        stream.write(`${done} of ${all}${note}\n`)
      }
    },
    say(text) {
      clear()
      stream.write(`${text}\n`)
    },
    end() {
      if (isOpen) stream.write('\n')
      isOpen = false
    },
  }
}

function barLine(done: number, all: number, tookMs: number): string {
  const cells = all === 0 ? BAR_CELLS : Math.round((BAR_CELLS * done) / all)
  const perSecond = done / Math.max(tookMs / 1000, 0.001)
  const left = done === 0 ? '' : `  ${clock((all - done) / perSecond)} left`
  return `[${'#'.repeat(cells)}${' '.repeat(BAR_CELLS - cells)}] ${done} of ${all}  ${perSecond.toFixed(0)}/s${left}`
}

function clock(seconds: number): string {
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
