/** Which film of a study stands in which place of the fusion graph. */
import type { TensorData } from '../../tensor/tensor.js'
import type { PixelRow } from '../dual-encoder/model.js'
import type { Views } from './spec.js'

/** A film's index as given; `undefined` where no film stands. */
export type Place = number | undefined

/** The places of a study, as the pack orders and fills them: as many as films for `none`, otherwise `max`. */
export function placesOf(views: Views, films: readonly PixelRow[]): Place[] {
  const order = filmOrder(views, films)
  if (views.fill === 'none') return order
  const isRepeated = views.fill === 'repeat'
  return Array.from({ length: views.max }, (_, at) => order[isRepeated ? at % order.length : at])
}

/**
 * Indices of the films in the order in which they are read: by the bytes of their prepared pixels where the order makes
 * no difference, as given otherwise. The tower must run in this order too: a row's last bits can depend on its place.
 */
export function filmOrder({ order }: Pick<Views, 'order'>, films: readonly PixelRow[]): number[] {
  const indices = films.map((_, at) => at)
  if (order === 'as_given') return indices
  return indices.sort((a, b) => Buffer.compare(bytesOf(films[a]!), bytesOf(films[b]!)))
}

function bytesOf({ pixels }: PixelRow): Uint8Array {
  const { buffer, byteOffset, byteLength }: TensorData = pixels.data
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/**
 * Puts a study's films onto the rows that the tower will run, in the order in which they are read, and gives the row of
 * each film as given.
 */
export function addFilms(views: Pick<Views, 'order'>, films: readonly PixelRow[], rows: PixelRow[]): number[] {
  const rowOf = new Array<number>(films.length)
  for (const film of filmOrder(views, films)) rowOf[film] = rows.push(films[film]!) - 1
  return rowOf
}
