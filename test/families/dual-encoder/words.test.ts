import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TextPost } from '../../../src/families/dual-encoder/spec.js'
import { compatColumns, poolRows } from '../../../src/families/dual-encoder/words.js'
import { keepWords, mergePieces } from '../../../src/text/words.js'
import { assertClose, goldens } from './golden-file.js'

const { dims, slots } = goldens
const { pieces, tokens, padding, merged: expected, labels, pool, compat, compat_long: compatLong } = goldens.pieces

const wordIndex = Int32Array.from(pieces, () => -1)
let word = -1
pieces.forEach((piece, at) => {
  if (at === 0 || at === pieces.length - 1) return
  wordIndex[at] = piece.startsWith('##') ? word : ++word
})
const encoded = { ids: new Int32Array(pieces.length), pieces, wordIndex, isTruncated: false }
const rows = Float32Array.from(tokens)
const merged = mergePieces(rows, dims, encoded, 'sum_pieces')
const single = mergePieces(rows, dims, encoded, 'none')
const post: TextPost = { merge: 'sum_pieces', pool: 'cls', fixed_length: slots, drop: ['cls', 'sep'], heads: false }

test("pieces of a word are added, as GLoRIA's loop does", () => {
  assert.deepEqual(merged.labels, labels)
  assertClose(merged.vectors, expected)
})

test('without merging every piece is a word', () => {
  assert.deepEqual(single.labels, pieces)
  assertClose(single.vectors, tokens)
})

test('special tokens are words of their own until they are dropped', () => {
  const kept = keepWords(merged, ['cls', 'sep'])
  assert.deepEqual(kept.labels, labels.slice(1, -1))
  assertClose(kept.vectors, expected.slice(dims, -dims))
  assert.deepEqual(keepWords(merged, ['cls']).labels, labels.slice(1))
})

test('a text is pooled by each rule', () => {
  const padded = Float32Array.from([...tokens, ...padding])
  assertClose(poolRows(merged, padded, post), pool.cls)
  assertClose(poolRows(merged, padded, { ...post, pool: 'mean_with_zeros' }), pool.mean_with_zeros)
  assertClose(poolRows(single, padded, { ...post, pool: 'mean' }), pool.mean)
  assertClose(poolRows(single, padded, { ...post, pool: 'mean_with_pad' }), pool.mean_with_pad)
})

test("GLoRIA's released slice has a column for each character but the bracket", () => {
  const columns = compatColumns(merged, compat.prompt, slots)
  assert.equal(columns.labels.length, 8)
  assertClose(columns.vectors, compat.columns)
  const long = compatColumns(merged, compatLong.prompt, slots)
  assertClose(long.vectors, compatLong.columns)
  assert.deepEqual(long.labels.slice(-2), ['', ''])
})
