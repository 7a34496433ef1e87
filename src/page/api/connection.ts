import { signal } from '@preact/signals'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 10_000

export type Connection = 'unknown' | 'ready' | 'starting' | 'away'

/** What is known of the service. It is `starting` while it answers but is not ready. */
export const connection = signal<Connection>('unknown')

/** Counts how often the service became ready: what was read from it before is to be read again. */
export const readyCount = signal(0)

let timer: ReturnType<typeof setTimeout> | undefined

/** Looks now, and again until the service is ready. */
export function watchConnection(): void {
  if (timer !== undefined) return
  void look(FIRST_WAIT_MS)
}

/** A request was not answered: says so, and looks until the service is back. */
export function reportAway(): void {
  connection.value = 'away'
  watchConnection()
}

async function look(waitMs: number): Promise<void> {
  // Set before the first await, so that two watchers do not look at once.
  timer = setTimeout(() => undefined, 0)
  const found = await ask()
  if (found === 'ready') {
    timer = undefined
    if (connection.value !== 'ready') readyCount.value++
    connection.value = 'ready'
    return
  }
  connection.value = found
  timer = setTimeout(() => void look(Math.min(waitMs * 2, LONGEST_WAIT_MS)), waitMs)
}

async function ask(): Promise<Exclude<Connection, 'unknown'>> {
  try {
    const response = await fetch('/health/ready', { cache: 'no-store' })
    await response.body?.cancel()
    return response.ok ? 'ready' : 'starting'
  } catch {
    return 'away'
  }
}
