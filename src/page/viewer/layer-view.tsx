import { useEffect, useRef } from 'preact/hooks'
import { colourHeat } from './heat.js'
import { layerOpacity, type Layer } from './layers.js'
import { decodePixels } from './pixels.js'

/** One layer, as large as the film below it. */
export function LayerView({ layer }: { readonly layer: Layer }) {
  const style = { opacity: layerOpacity.value }
  if (layer.kind === 'outlines') return <Outlines layer={layer} />
  return <LayerPicture picture={layer.picture} isHeat={layer.kind === 'heat'} style={style} title={layer.title} />
}

interface PictureProps {
  readonly picture: Blob
  readonly isHeat: boolean
  readonly style: { readonly opacity: number }
  readonly title: string
}

function LayerPicture({ picture, isHeat, style, title }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    let isLeft = false
    const draw = async (): Promise<void> => {
      const { rgba, width, height } = await decodePixels(picture)
      const target = canvas.current
      if (isLeft || target === null) return
      if (isHeat) colourHeat(rgba)
      target.width = width
      target.height = height
      target.getContext('2d')?.putImageData(new ImageData(Uint8ClampedArray.from(rgba), width, height), 0, 0)
    }
    // A picture of the service's own that cannot be drawn leaves the film as it is.
    draw().catch(() => undefined)
    return () => {
      isLeft = true
    }
  }, [picture, isHeat])
  return <canvas ref={canvas} class="layer" style={style} role="img" aria-label={title} />
}

function Outlines({ layer }: { readonly layer: Extract<Layer, { kind: 'outlines' }> }) {
  const { width, height, outlines, title } = layer
  return (
    <svg
      class="layer outlines"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={title}
    >
      {outlines.map(({ points, colour }, at) => (
        <polygon
          key={at}
          class={`outline colour-${colour % 8}`}
          points={points.map(([x, y]) => `${x},${y}`).join(' ')}
          vector-effect="non-scaling-stroke"
          fill-opacity={layerOpacity.value * 0.5}
        />
      ))}
    </svg>
  )
}
