import { useEffect, useState } from 'preact/hooks'
import { askBytes } from '../api/api.js'
import { filmForm, type Field } from '../api/form.js'
import type { Film } from '../films/films.js'
import { layers } from './layers.js'

export type MapState =
  { readonly state: 'none' | 'loading' | 'ready' } | { readonly state: 'failed'; readonly error: unknown }

interface MapAsk {
  readonly film: Film
  /** With `map_style: heat_map` and what says which map. */
  readonly options: Readonly<Record<string, Field>>
  /** What is seen there; undefined for no map. */
  readonly title: string | undefined
}

/** Asks for one heat map and lays it over the film, until another is asked for or the caller is gone. */
export function useMapLayer(path: string, { film, options, title }: MapAsk): MapState {
  const [state, setState] = useState<MapState>({ state: 'none' })
  const key = JSON.stringify(options)
  useEffect(() => {
    if (title === undefined) {
      setState({ state: 'none' })
      return
    }
    const left = new AbortController()
    setState({ state: 'loading' })
    const body = filmForm(film.bytes, options)
    askBytes(path, { body, accept: 'image/png', signal: left.signal }).then(
      ({ body: picture }) => {
        if (left.signal.aborted) return
        layers.value = [{ kind: 'heat', picture, title: `Where it sees: ${title}` }]
        setState({ state: 'ready' })
      },
      (error: unknown) => left.signal.aborted || setState({ state: 'failed', error }),
    )
    return () => {
      left.abort()
      layers.value = []
    }
    // `key` stands for the options, which are a new object at every call.
  }, [film, path, key, title])
  return state
}
