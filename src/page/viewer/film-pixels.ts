import { useEffect, useState } from 'preact/hooks'
import { askBytes } from '../api/api.js'
import { filmForm } from '../api/form.js'
import { isDrawable } from '../films/kind.js'
import type { Film } from '../films/films.js'
import { decodePixels, type Pixels } from './pixels.js'

export type PixelsState =
  | { readonly state: 'none' | 'loading' }
  /** `isServed`: the browser cannot read the file, so the service drew it. */
  | { readonly state: 'ready'; readonly pixels: Pixels; readonly isServed: boolean }
  | { readonly state: 'failed'; readonly error: unknown }

type Ready = Extract<PixelsState, { state: 'ready' }>

/** Films kept decoded: one is up to 16 MiB. */
const MAX_KEPT = 6

function createPixelsCache(load: (film: Film, model: string | undefined, signal: AbortSignal) => Promise<Ready>) {
  const kept = new Map<string, Ready>()
  return async (film: Film, model: string | undefined, signal: AbortSignal): Promise<Ready> => {
    const key = `${film.id} ${model ?? ''}`
    const found = kept.get(key) ?? (await load(film, model, signal))
    kept.delete(key)
    kept.set(key, found)
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value!)
    return found
  }
}

const filmPixels = createPixelsCache(async (film, model, signal) => {
  if (isDrawable(film.kind)) {
    const pixels = await decodePixels(film.bytes).catch(() => undefined)
    if (pixels !== undefined) return { state: 'ready', pixels, isServed: false }
  }
  return preparedPixels(film, model, signal)
})

/** Exactly what the model's preprocessing makes of a film. */
const preparedPixels = createPixelsCache(async (film, model, signal) => {
  const { body } = await askBytes('/v1/images/prepared', {
    body: filmForm(film.bytes, { model }),
    accept: 'image/png',
    signal,
  })
  return { state: 'ready', pixels: await decodePixels(body), isServed: true }
})

/** The film itself, or with `isPrepared` what the model saw. */
export function usePixels(film: Film | undefined, model: string | undefined, isPrepared: boolean): PixelsState {
  const [state, setState] = useState<PixelsState>({ state: 'none' })
  useEffect(() => {
    if (film === undefined) {
      setState({ state: 'none' })
      return
    }
    const left = new AbortController()
    setState({ state: 'loading' })
    const load = isPrepared ? preparedPixels : filmPixels
    load(film, model, left.signal).then(
      (ready) => left.signal.aborted || setState(ready),
      (error: unknown) => left.signal.aborted || setState({ state: 'failed', error }),
    )
    return () => left.abort()
  }, [film, model, isPrepared])
  return state
}
