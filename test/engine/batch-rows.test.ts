import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchRows, type BatchRowsAsked } from '../../src/engine/batch-rows.js'

const LIMITS = { targetRunMs: 150, targetCrowdedRunMs: 40, narrowLanes: 2 }
const loop = { order: { kind: 'denoiser', setup: {} }, state: {}, constants: [], toldEveryMs: undefined }
const PLAIN: BatchRowsAsked = {
  head: { rows: 1, loop: undefined },
  ...{ waitingRows: 100, freeLanes: 1, rowMs: 10, isNarrow: false, isCrowded: false },
}
const LOOP: BatchRowsAsked = { ...PLAIN, head: { rows: 2, loop }, isCrowded: true }
const rows = (asked: BatchRowsAsked, narrowLanes = 2): number => batchRows(asked, { ...LIMITS, narrowLanes })

test('as many rows as are done in time, shared by the lanes that are free, and one at least', () => {
  assert.equal(rows(PLAIN), 15)
  assert.equal(rows({ ...PLAIN, waitingRows: 9, freeLanes: 2 }), 5)
  assert.equal(rows({ ...PLAIN, rowMs: 400 }), 1)
  assert.equal(rows({ ...PLAIN, rowMs: undefined }), 1)
})

test('in a crowd, steps of loops in the wide lane are short, but none is cut for that', () => {
  assert.equal(rows(LOOP), 4)
  assert.equal(rows({ ...LOOP, rowMs: 30 }), 2)
  assert.equal(rows({ ...LOOP, isCrowded: false }), 15)
  assert.equal(rows({ ...LOOP, isNarrow: true }), 15)
  assert.equal(rows(LOOP, 0), 15)
  assert.equal(rows({ ...LOOP, head: { rows: 2, loop: undefined } }), 15)
})
