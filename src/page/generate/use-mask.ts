import { useEffect, useState } from 'preact/hooks'
import type { Film } from '../films/films.js'
import { layers, strokeTool } from '../viewer/layers.js'
import { createMask, maskChanges, paintLine, type Mask, type Point } from './mask.js'

export type MaskState =
  | { readonly state: 'none' | 'loading' }
  | { readonly state: 'ready'; readonly mask: Mask }
  | { readonly state: 'failed'; readonly error: unknown }

/** Kept while the page lives, so that a stroke is not lost by looking at another screen. */
const kept = new WeakMap<Film, Mask>()

/** The mask of a film, painted by dragging on it; undefined for none. */
export function useMask(film: Film | undefined): MaskState {
  const [state, setState] = useState<MaskState>({ state: 'none' })
  useEffect(() => {
    if (film === undefined) {
      setState({ state: 'none' })
      return
    }
    const left = new AbortController()
    setState({ state: 'loading' })
    const known = kept.get(film)
    const made = known === undefined ? createMask(film, left.signal) : Promise.resolve(known)
    made.then(
      (mask) => {
        kept.set(film, mask)
        if (!left.signal.aborted) setState({ state: 'ready', mask })
      },
      (error: unknown) => left.signal.aborted || setState({ state: 'failed', error }),
    )
    return () => left.abort()
  }, [film])
  const mask = state.state === 'ready' && state.mask.film === film ? state.mask : undefined
  useBrush(mask)
  useMaskLayer(mask)
  return state
}

function useBrush(mask: Mask | undefined): void {
  useEffect(() => {
    if (mask === undefined) return
    let last: Point | undefined
    strokeTool.value = {
      title: 'Brush',
      onStroke(point, phase) {
        paintLine(mask, phase === 'start' ? point : (last ?? point), point)
        last = phase === 'end' ? undefined : point
      },
    }
    return () => {
      strokeTool.value = undefined
    }
  }, [mask])
}

function useMaskLayer(mask: Mask | undefined): void {
  useEffect(() => {
    if (mask === undefined) return
    let isDrawing = false
    let isStale = false
    let isLeft = false
    const draw = async (): Promise<void> => {
      // One picture at a time, however fast the brush is; the last state is always drawn.
      if (isDrawing) {
        isStale = true
        return
      }
      isDrawing = true
      const picture = await mask.canvas.convertToBlob()
      isDrawing = false
      if (isLeft) return
      layers.value = [{ kind: 'picture', picture, title: 'What may change' }]
      if (!isStale) return
      isStale = false
      await draw()
    }
    const stop = maskChanges.subscribe(() => void draw())
    return () => {
      isLeft = true
      stop()
      layers.value = []
    }
  }, [mask])
}
