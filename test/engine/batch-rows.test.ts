import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchRows, isInTheWay, type BatchRowsAsked, type LanePlace } from '../../src/engine/batch-rows.js'

const LIMITS = { targetRunMs: 150, targetCrowdedRunMs: 40 }
const order = { kind: 'denoiser', setup: {} } as const
const loop = { order, state: {}, constants: [], toldEveryMs: undefined }
const PLAIN: BatchRowsAsked = {
  ...{ head: { rows: 1, loop: undefined }, rowMs: 10, isInTheWay: false },
  ...{ waitingRows: 100, rowsAtWork: 0, lanes: 1, freeLanes: 1 },
}
const rows = (asked: BatchRowsAsked): number => batchRows(asked, LIMITS)

test('as many rows as are done in time, shared by the lanes that are free, and one at least', () => {
  assert.equal(rows(PLAIN), 15)
  assert.equal(rows({ ...PLAIN, waitingRows: 9, freeLanes: 2 }), 5)
  assert.equal(rows({ ...PLAIN, rowMs: 400 }), 1)
  assert.equal(rows({ ...PLAIN, rowMs: undefined }), 1)
})

test('loops are shared out evenly, those that are at work with those that wait', () => {
  const loops = { ...PLAIN, head: { rows: 1, loop }, rowMs: 1, waitingRows: 12, rowsAtWork: 4, lanes: 2 }
  assert.equal(rows({ ...loops, freeLanes: 1 }), 8)
  assert.equal(rows({ ...loops, freeLanes: 2 }), 8)
  assert.equal(rows({ ...loops, head: PLAIN.head, freeLanes: 2 }), 6, 'other runs do not come back')
})

test('what is in the way is short, but no run is cut for that', () => {
  const inTheWay = { ...PLAIN, head: { rows: 2, loop: undefined }, isInTheWay: true }
  assert.equal(rows(inTheWay), 4)
  assert.equal(rows({ ...inTheWay, rowMs: 30 }), 2)
})

test('in a crowd, steps of loops are in the way in the wide lane, where there are narrow ones for them', () => {
  const place: LanePlace = { isNarrow: false, isCrowded: true, narrowLanes: 2, device: { provider: 'cpu' } }
  assert.ok(isInTheWay({ loop }, place))
  assert.ok(!isInTheWay({ loop: undefined }, place))
  for (const change of [
    { isNarrow: true },
    { isCrowded: false },
    { narrowLanes: 0 },
    { device: { provider: 'cuda' } },
    { device: undefined },
  ] as const)
    assert.ok(!isInTheWay({ loop }, { ...place, ...change }), JSON.stringify(change))
})
