import { useEffect } from 'preact/hooks'
import { layers, type Outline } from '../viewer/layers.js'
import type { Outlined } from './segment.js'

/** Draws what was found over its film for as long as it is shown. */
export function useContours(found: Outlined | undefined): void {
  useEffect(() => {
    const segmentation = found?.answer.body.data[0]
    if (found === undefined || segmentation === undefined) return
    const { size, regions } = segmentation
    const outlines = regions.flatMap(({ contours, laterality }): Outline[] => {
      const lines = contours === undefined ? [] : [contours.outer, ...contours.holes]
      return lines.map((line) => ({ points: line.map(toCentre), colour: laterality === 'left' ? 1 : 0 }))
    })
    layers.value = [{ kind: 'outlines', title: `Outline of ${found.text}`, ...size, outlines }]
    return () => {
      layers.value = []
    }
  }, [found])
}

/** Contours name border pixels by x and y; a line goes through their centres. */
function toCentre([x, y]: readonly [number, number]): readonly [number, number] {
  return [x + 0.5, y + 0.5]
}
