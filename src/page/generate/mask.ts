import { signal } from '@preact/signals'
import { askJson } from '../api/api.js'
import { filmForm } from '../api/form.js'
import type { PreparedReply } from '../api/replies.js'
import { isDrawable } from '../films/kind.js'
import type { Film } from '../films/films.js'
import type { Size } from '../viewer/placement.js'

/** What may change of a film, painted; its canvas has the film's proportions and need not have its size. */
export interface Mask {
  readonly canvas: OffscreenCanvas
  readonly film: Film
  /** Of the film itself. */
  readonly size: Size
}

/** Points and rectangles are shares of the film, 0 to 1. */
export interface Point {
  readonly x: number
  readonly y: number
}
export interface Rectangle extends Point {
  readonly width: number
  readonly height: number
}

const LONGEST_SIDE_PX = 768
/** As the overlay of the viewer shows it. */
const PAINT = '#f2b85f'

/** Grows with each change, so that whoever shows the mask draws it anew. */
export const maskChanges = signal(0)
/** Of the longer side of the film. */
export const brushShare = signal(0.08)

export async function createMask(film: Film, stop: AbortSignal): Promise<Mask> {
  const size = await sizeOfFilm(film, stop)
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(size.width, size.height))
  const width = Math.max(1, Math.round(size.width * scale))
  return { film, size, canvas: new OffscreenCanvas(width, Math.max(1, Math.round(size.height * scale))) }
}

/** The service wants a mask of the film's own size, which a browser cannot read from every file. */
async function sizeOfFilm(film: Film, stop: AbortSignal): Promise<Size> {
  const drawn = isDrawable(film.kind) ? await createImageBitmap(film.bytes).catch(() => undefined) : undefined
  if (drawn !== undefined) {
    const size = { width: drawn.width, height: drawn.height }
    drawn.close()
    return size
  }
  const { body } = await askJson<PreparedReply>('/v1/images/prepared', {
    body: filmForm(film.bytes, {}),
    signal: stop,
  })
  return body.data[0]!.geometry.original
}

export function paintLine({ canvas }: Mask, from: Point, to: Point): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  const { width, height } = canvas
  context.strokeStyle = PAINT
  context.lineWidth = brushShare.peek() * Math.max(width, height)
  context.lineCap = 'round'
  context.beginPath()
  context.moveTo(from.x * width, from.y * height)
  // A line of no length is not drawn, not even its round ends.
  context.lineTo(to.x * width + 0.01, to.y * height)
  context.stroke()
  maskChanges.value++
}

export function paintRectangle({ canvas }: Mask, { x, y, width, height }: Rectangle): void {
  const context = canvas.getContext('2d')
  if (context === null) return
  context.fillStyle = PAINT
  context.fillRect(x * canvas.width, y * canvas.height, width * canvas.width, height * canvas.height)
  maskChanges.value++
}

export function clearMask({ canvas }: Mask): void {
  canvas.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height)
  maskChanges.value++
}

/** Of the film's area, 0 to 1. */
export function paintedShare({ canvas }: Mask): number {
  const rgba = canvas
    .getContext('2d', { willReadFrequently: true })
    ?.getImageData(0, 0, canvas.width, canvas.height).data
  if (rgba === undefined) return 0
  let painted = 0
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at]! >= 128) painted++
  return painted / (rgba.length / 4)
}

/** A PNG of the film's size: white is what may change, black what stays. */
export async function maskFile({ canvas, size }: Mask): Promise<Blob> {
  const file = new OffscreenCanvas(size.width, size.height)
  const context = file.getContext('2d')
  if (context === null) throw new Error('This browser gives no canvas.')
  context.filter = 'none'
  context.fillStyle = '#fff'
  context.fillRect(0, 0, size.width, size.height)
  context.globalCompositeOperation = 'destination-in'
  context.drawImage(canvas, 0, 0, size.width, size.height)
  context.globalCompositeOperation = 'destination-over'
  context.fillStyle = '#000'
  context.fillRect(0, 0, size.width, size.height)
  return file.convertToBlob({ type: 'image/png' })
}
