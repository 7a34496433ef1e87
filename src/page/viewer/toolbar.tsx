import { strokeTool, layerOpacity, layers } from './layers.js'
import { zoomBy } from './gestures.js'
import { fitWindow } from './gray-window.js'
import type { PixelsState } from './film-pixels.js'
import { grayWindow, isInverted, isLayerShown, isSideBySide, placement, resetView } from './view-state.js'

/** What can be done with the film that is shown. */
export function Toolbar({ source }: { readonly source: PixelsState }) {
  return (
    <div class="toolbar" role="toolbar" aria-label="Film">
      <ZoomTools />
      <GrayTools source={source} />
      {layers.value.length > 0 && <LayerTools />}
      <button
        type="button"
        class="tool side-by-side"
        aria-pressed={isSideBySide.value}
        onClick={() => (isSideBySide.value = !isSideBySide.value)}
      >
        What the model saw
      </button>
      {strokeTool.value !== undefined && <span class="readout">{strokeTool.value.title}</span>}
    </div>
  )
}

function ZoomTools() {
  return (
    <div class="tools">
      <button type="button" class="tool" onClick={() => zoomBy(-1)} aria-label="Zoom out">
        −
      </button>
      <output class="readout zoom-readout" aria-label="Zoom">
        {Math.round(placement.value.scale * 100)} %
      </output>
      <button type="button" class="tool" onClick={() => zoomBy(1)} aria-label="Zoom in">
        +
      </button>
    </div>
  )
}

function GrayTools({ source }: { readonly source: PixelsState }) {
  const { centre, width } = grayWindow.value
  const isReady = source.state === 'ready'
  return (
    <div class="tools">
      <button
        type="button"
        class="tool"
        disabled={!isReady}
        onClick={() => isReady && (grayWindow.value = fitWindow(source.pixels.rgba))}
        title="Stretch the grays over what the film holds"
      >
        Fit grays
      </button>
      <button
        type="button"
        class="tool"
        aria-pressed={isInverted.value}
        onClick={() => (isInverted.value = !isInverted.value)}
      >
        Invert
      </button>
      <button type="button" class="tool" onClick={resetView}>
        Reset
      </button>
      <output class="readout window-readout" aria-label="Gray window: centre and width">
        C {Math.round(centre)} <span aria-hidden="true">·</span> W {Math.round(width)}
      </output>
    </div>
  )
}

function LayerTools() {
  return (
    <div class="tools">
      <button
        type="button"
        class="tool"
        aria-pressed={isLayerShown.value}
        onClick={() => (isLayerShown.value = !isLayerShown.value)}
      >
        Overlay
      </button>
      <label class="opacity">
        <span class="visually-hidden">Opacity of the overlay</span>
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          value={layerOpacity.value}
          disabled={!isLayerShown.value}
          onInput={(event) => (layerOpacity.value = Number(event.currentTarget.value))}
        />
      </label>
    </div>
  )
}
