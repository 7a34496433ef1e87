import { setTimeout as wait } from 'node:timers/promises'

const LOOK_MS = 5
const BUSY_SHARE = 0.2

/**
 * Resolves when this process has come to rest: threads of the runtime that may spin go on for some 30 ms after their last run, and
 * would take a core from whoever has the next turn.
 */
export async function untilQuiet(): Promise<void> {
  for (;;) {
    const [startMs, start] = [performance.now(), process.cpuUsage()]
    await wait(LOOK_MS)
    const { user, system } = process.cpuUsage(start)
    if ((user + system) / 1000 < BUSY_SHARE * (performance.now() - startMs)) return
  }
}
