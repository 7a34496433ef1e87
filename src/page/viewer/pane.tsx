import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { ErrorBox } from '../parts/error-box.js'
import type { PixelsState } from './film-pixels.js'
import { useGestures } from './gestures.js'
import { applyTable, grayTable } from './gray-window.js'
import { layers } from './layers.js'
import { LayerView } from './layer-view.js'
import { fitInto, type Size } from './placement.js'
import type { Pixels } from './pixels.js'
import { grayWindow, isInverted, isLayerShown, placement } from './view-state.js'

const KEYS = 'Arrow keys move, plus and minus zoom, shift with arrow keys sets the gray window, I inverts, 0 resets.'

interface PaneProps {
  readonly title: string
  readonly source: PixelsState
  readonly hasLayers: boolean
  onRetry(): void
}

/** One film in a frame; layers lie over it where `hasLayers` is set. */
export function Pane({ title, source, hasLayers, onRetry }: PaneProps) {
  const frame = useRef<HTMLDivElement>(null)
  const size = useSize(frame)
  const { onWheel, ...gestures } = useGestures()
  useEffect(() => {
    // A listener of JSX is passive for wheels, and then the page would scroll as well.
    const element = frame.current
    element?.addEventListener('wheel', onWheel, { passive: false })
    return () => element?.removeEventListener('wheel', onWheel)
  }, [onWheel])
  return (
    <figure class="pane">
      <div
        ref={frame}
        class="frame"
        role="group"
        aria-label={`${title}. ${KEYS}`}
        tabIndex={0}
        {...gestures}
        onPointerCancel={gestures.onPointerUp}
      >
        {source.state === 'ready' && size !== undefined && (
          <FilmView pixels={source.pixels} frame={size} title={title} hasLayers={hasLayers} />
        )}
        {source.state === 'loading' && <p class="pane-note">Reading the film…</p>}
        {source.state === 'failed' && (
          <div class="pane-note">
            <ErrorBox error={source.error} onRetry={onRetry} />
          </div>
        )}
      </div>
      <figcaption>{title}</figcaption>
    </figure>
  )
}

interface FilmViewProps {
  readonly pixels: Pixels
  readonly frame: Size
  readonly title: string
  readonly hasLayers: boolean
}

function FilmView({ pixels, frame, title, hasLayers }: FilmViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const shown = useMemo(() => new ImageData(pixels.width, pixels.height), [pixels])
  const window = grayWindow.value
  const inverted = isInverted.value
  useLayoutEffect(() => {
    // Once a frame however often the pointer moves.
    const handle = requestAnimationFrame(() => {
      applyTable(pixels.rgba, grayTable(window, inverted), shown.data)
      canvas.current?.getContext('2d')?.putImageData(shown, 0, 0)
    })
    return () => cancelAnimationFrame(handle)
  }, [pixels, shown, window, inverted])
  const box = fitInto(pixels, frame)
  const { scale, x, y } = placement.value
  const transform = `translate(-50%, -50%) translate(${x}px, ${y}px) scale(${scale})`
  return (
    <div class="film" style={{ width: `${box.width}px`, height: `${box.height}px`, transform }}>
      <canvas ref={canvas} width={pixels.width} height={pixels.height} role="img" aria-label={title} />
      {hasLayers && isLayerShown.value && layers.value.map((layer) => <LayerView key={layer.title} layer={layer} />)}
    </div>
  )
}

function useSize(element: { readonly current: HTMLElement | null }): Size | undefined {
  const [size, setSize] = useState<Size>()
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const { width, height } = entry.contentRect
      setSize({ width, height })
    })
    if (element.current !== null) observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return size
}
