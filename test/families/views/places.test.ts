import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PixelRow } from '../../../src/families/dual-encoder/model.js'
import { addFilms, filmOrder, placesOf } from '../../../src/families/views/places.js'
import type { Views } from '../../../src/families/views/spec.js'
import { tensor } from '../../../src/tensor/tensor.js'

const film = (...levels: number[]): PixelRow => ({ pixels: tensor('uint8', [1, 1, 1, 3], Uint8Array.from(levels)) })
const FILMS = [film(9, 0, 0), film(1, 2, 3), film(1, 2, 2)]
const views = (changes: Partial<Views>): Views => ({
  max: 5,
  fusion: 'graph',
  fill: 'none',
  order: 'independent',
  ...changes,
})

test('an order of its own is by content, whatever the order given', () => {
  assert.deepEqual(filmOrder(views({}), FILMS), [2, 1, 0])
  assert.deepEqual(filmOrder(views({}), FILMS.toReversed()), [0, 1, 2])
  assert.deepEqual(filmOrder(views({ order: 'as_given' }), FILMS), [0, 1, 2])
})

test('the bytes are those of the film alone, not of the memory that it looks at', () => {
  const data = Uint8Array.of(7, 7, 7, 0, 0, 1, 5, 5, 5)
  const cut = (from: number): PixelRow => ({ pixels: tensor('uint8', [1, 1, 1, 3], data.subarray(from, from + 3)) })
  assert.deepEqual(filmOrder(views({}), [cut(0), cut(3), cut(6)]), [1, 2, 0])
})

test('places are films in turn, or absent, or as many as films', () => {
  assert.deepEqual(placesOf(views({ fill: 'repeat' }), FILMS), [2, 1, 0, 2, 1])
  assert.deepEqual(placesOf(views({ fill: 'mask' }), FILMS), [2, 1, 0, undefined, undefined])
  assert.deepEqual(placesOf(views({}), FILMS), [2, 1, 0])
})

test('the tower’s rows are in that order too, and each film knows its row', () => {
  const rows = [film(0, 0, 0)]
  assert.deepEqual(addFilms(views({}), FILMS, rows), [3, 2, 1])
  assert.deepEqual(rows.slice(1), FILMS.toReversed())
})
