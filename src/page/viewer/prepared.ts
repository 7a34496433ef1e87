import { askJson } from '../api/api.js'
import { filmForm } from '../api/form.js'
import type { PreparedReply } from '../api/replies.js'
import type { Film } from '../films/films.js'
import { decodePixels, type Pixels } from './pixels.js'
import type { Preparation } from './view-state.js'

/** prepared = original · scale + offset along each axis, in pixels. */
type Geometry = PreparedReply['data'][number]['geometry']

interface Prepared {
  readonly picture: Blob
  readonly geometry: Geometry
}

/** What a model's preprocessing makes of a film. Errors as `askJson`. */
export async function askPrepared(film: Film, { model, task }: Preparation, signal: AbortSignal): Promise<Prepared> {
  const body = filmForm(film.bytes, { model, task })
  const answer = await askJson<PreparedReply>('/v1/images/prepared', { body, signal })
  const [first] = answer.body.data
  if (first === undefined) throw new Error('The service answered no picture.')
  const bytes = Uint8Array.from(atob(first.png), (character) => character.charCodeAt(0))
  return { picture: new Blob([bytes], { type: 'image/png' }), geometry: first.geometry }
}

/** Longest side of a film that is drawn from its prepared picture, which has no more to show. */
const LONGEST_SIDE = 1024

/** The prepared picture where it lies on the film, so that maps of the film fit over it. What the model did not see is black. */
export async function placeOnFilm({ picture, geometry }: Prepared): Promise<Pixels> {
  const { original, prepared, scale, offset } = geometry
  const shrink = Math.min(1, LONGEST_SIDE / Math.max(original.width, original.height))
  const width = Math.max(1, Math.round(original.width * shrink))
  const height = Math.max(1, Math.round(original.height * shrink))
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('This browser gives no canvas.')
  const whole = await createImageBitmap(picture)
  context.fillRect(0, 0, width, height)
  context.imageSmoothingQuality = 'high'
  const toFilm = (value: number, axis: 'x' | 'y'): number => (value / scale[axis]) * shrink
  context.drawImage(
    whole,
    toFilm(-offset.x, 'x'),
    toFilm(-offset.y, 'y'),
    toFilm(prepared.width, 'x'),
    toFilm(prepared.height, 'y'),
  )
  whole.close()
  const { data: rgba } = context.getImageData(0, 0, width, height)
  return { width, height, fullWidth: original.width, fullHeight: original.height, rgba }
}

export async function decodePrepared({ picture }: Prepared): Promise<Pixels> {
  return decodePixels(picture)
}
