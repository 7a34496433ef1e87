/** How a film lies in its frame: `scale` 1 is the whole film, `x` and `y` shift its middle, in CSS pixels. */
export interface Placement {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export const WHOLE: Placement = { scale: 1, x: 0, y: 0 }

const LEAST_SCALE = 0.5
const GREATEST_SCALE = 16

/** Zooms by `factor` so that the point `at` stays where it is; `at` is measured from the middle of the frame. */
export function zoomAt(placement: Placement, factor: number, at: { x: number; y: number }): Placement {
  const scale = Math.min(GREATEST_SCALE, Math.max(LEAST_SCALE, placement.scale * factor))
  const grown = scale / placement.scale
  return { scale, x: at.x - (at.x - placement.x) * grown, y: at.y - (at.y - placement.y) * grown }
}

/** Moves the film, though never so far that nothing of it is left in the frame. */
export function pan(placement: Placement, dx: number, dy: number, frame: Size): Placement {
  const reach = (size: number) => (size * (placement.scale + 1)) / 2 - 40
  const clamp = (value: number, limit: number) => Math.min(limit, Math.max(-limit, value))
  return {
    scale: placement.scale,
    x: clamp(placement.x + dx, reach(frame.width)),
    y: clamp(placement.y + dy, reach(frame.height)),
  }
}

/** The largest box of the film's proportions that fits into the frame. */
export function fitInto(film: Size, frame: Size): Size {
  const scale = Math.min(frame.width / film.width, frame.height / film.height)
  return { width: film.width * scale, height: film.height * scale }
}
