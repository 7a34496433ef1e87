/**
 * Where a pixel of the prepared image came from. Every step moves, scales or cuts along the axes, so all of them
 * together are one scale and one offset an axis, and one rectangle that survived.
 *
 * Coordinates are continuous: pixel i covers [i, i + 1) and has its centre at i + 0.5. "Original" is the film after its
 * EXIF orientation.
 */
export interface Size {
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Rectangle {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Plain JSON: prepared = original · scale + offset, along each axis. */
export interface Geometry {
  readonly original: Size
  readonly prepared: Size
  readonly scale: Point
  readonly offset: Point
  /** What of the original the model saw, in original coordinates: all of it unless something was cropped. */
  readonly seen: Rectangle
}

/** The geometry of an image to which nothing has been done. */
export function identityGeometry(original: Size): Geometry {
  const { width, height } = original
  return {
    original: { width, height },
    prepared: { width, height },
    scale: { x: 1, y: 1 },
    offset: { x: 0, y: 0 },
    seen: { left: 0, top: 0, right: width, bottom: height },
  }
}

export function geometryAfterResize(before: Geometry, to: Size): Geometry {
  const x = to.width / before.prepared.width
  const y = to.height / before.prepared.height
  return {
    ...before,
    prepared: to,
    scale: { x: before.scale.x * x, y: before.scale.y * y },
    offset: { x: before.offset.x * x, y: before.offset.y * y },
  }
}

/** A pad or a crop: the canvas becomes `to`, and what was at (0, 0) lies at `shift`, which is negative for a crop. */
export function geometryAfterCanvas(before: Geometry, to: Size, shift: Point): Geometry {
  const moved = { ...before, prepared: to, offset: { x: before.offset.x + shift.x, y: before.offset.y + shift.y } }
  const first = preparedToOriginal(moved, { x: 0, y: 0 })
  const last = preparedToOriginal(moved, { x: to.width, y: to.height })
  const seen = {
    left: Math.max(before.seen.left, first.x),
    top: Math.max(before.seen.top, first.y),
    right: Math.min(before.seen.right, last.x),
    bottom: Math.min(before.seen.bottom, last.y),
  }
  return { ...moved, seen }
}

export function preparedToOriginal({ scale, offset }: Geometry, at: Point): Point {
  return { x: (at.x - offset.x) / scale.x, y: (at.y - offset.y) / scale.y }
}

export function originalToPrepared({ scale, offset }: Geometry, at: Point): Point {
  return { x: at.x * scale.x + offset.x, y: at.y * scale.y + offset.y }
}

/** A grid of values that covers the prepared image evenly: float32[height, width]. */
export interface Grid {
  readonly data: Float32Array
  readonly width: number
  readonly height: number
}
