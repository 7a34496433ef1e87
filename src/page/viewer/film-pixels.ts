import { useEffect, useState } from 'preact/hooks'
import { isDrawable } from '../films/kind.js'
import type { Film } from '../films/films.js'
import { decodePixels, type Pixels } from './pixels.js'
import { askPrepared, decodePrepared, placeOnFilm } from './prepared.js'
import type { Preparation } from './view-state.js'

export type PixelsState =
  | { readonly state: 'none' | 'loading' }
  /** `isServed`: the browser cannot read the file, so it is drawn from what the service prepared. */
  | { readonly state: 'ready'; readonly pixels: Pixels; readonly isServed: boolean }
  | { readonly state: 'failed'; readonly error: unknown }

type Ready = Extract<PixelsState, { state: 'ready' }>
type Load = (film: Film, preparation: Preparation, signal: AbortSignal) => Promise<Ready>

/** Films kept decoded: one is up to 16 MiB. */
const MAX_KEPT = 6

const loadFilm: Load = async (film, preparation, signal) => {
  if (isDrawable(film.kind)) {
    const pixels = await decodePixels(film.bytes).catch(() => undefined)
    if (pixels !== undefined) return { state: 'ready', pixels, isServed: false }
  }
  const prepared = await askPrepared(film, preparation, signal)
  return { state: 'ready', pixels: await placeOnFilm(prepared), isServed: true }
}

const loadPrepared: Load = async (film, preparation, signal) => {
  const prepared = await askPrepared(film, preparation, signal)
  return { state: 'ready', pixels: await decodePrepared(prepared), isServed: true }
}

function keepFew(load: Load): Load {
  const kept = new Map<string, Ready>()
  return async (film, preparation, signal) => {
    const key = `${film.id} ${preparation.model ?? preparation.task}`
    const found = kept.get(key) ?? (await load(film, preparation, signal))
    kept.delete(key)
    kept.set(key, found)
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value!)
    return found
  }
}

const LOADS = { film: keepFew(loadFilm), prepared: keepFew(loadPrepared) }

/** The film itself, or what the model saw of it; and how to ask for it again. */
export function usePixels(
  film: Film | undefined,
  preparation: Preparation,
  what: 'film' | 'prepared',
): [PixelsState, () => void] {
  const [attempt, setAttempt] = useState(0)
  const [state, setState] = useState<PixelsState>({ state: 'none' })
  // A film that the browser draws by itself looks the same whichever model is asked.
  const asked = what === 'film' && film !== undefined && isDrawable(film.kind) ? undefined : preparation
  useEffect(() => {
    if (film === undefined) {
      setState({ state: 'none' })
      return
    }
    const left = new AbortController()
    setState({ state: 'loading' })
    LOADS[what](film, preparation, left.signal).then(
      (ready) => left.signal.aborted || setState(ready),
      (error: unknown) => left.signal.aborted || setState({ state: 'failed', error }),
    )
    return () => left.abort()
  }, [film, asked, what, attempt])
  return [state, () => setAttempt(attempt + 1)]
}
