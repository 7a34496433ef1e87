import { useEffect, useState } from 'preact/hooks'
import { askText } from '../api/api.js'
import { readyCount } from '../api/connection.js'
import { readingOf, type Reading } from './readings.js'

const EVERY_MS = 2_000
/** Two minutes. */
const KEPT = 60

export interface Readings {
  readonly all: readonly Reading[]
  readonly error: unknown
  retry(): void
}

/** Reads the metrics again and again while somebody can see them; an error ends it until the service is back or `retry`. */
export function useReadings(): Readings {
  const [all, setAll] = useState<readonly Reading[]>([])
  const [error, setError] = useState<unknown>()
  const [attempt, setAttempt] = useState(0)
  const readyAt = readyCount.value
  useEffect(() => {
    const left = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async (): Promise<void> => {
      try {
        if (!document.hidden) {
          const { body } = await askText('/metrics', { signal: left.signal })
          setAll((kept) => [...kept, readingOf(body, performance.now(), kept.at(-1))].slice(-KEPT))
        }
        if (!left.signal.aborted) timer = setTimeout(() => void look(), EVERY_MS)
      } catch (caught) {
        if (!left.signal.aborted) setError(caught)
      }
    }
    setError(undefined)
    void look()
    return () => {
      left.abort()
      clearTimeout(timer)
    }
  }, [attempt, readyAt])
  return { all, error, retry: () => setAttempt(attempt + 1) }
}
