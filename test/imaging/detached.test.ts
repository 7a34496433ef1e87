import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detached } from '../../src/imaging/detached.js'

const batch = Float32Array.from({ length: 1000 }, (_, at) => at)

test('a view is copied without what it does not look at, at any depth, and its copy can be moved', () => {
  const task = { kind: 'segment', job: { grid: { data: batch.subarray(10, 14), width: 2 }, parts: ['mask'] } }
  const { value, buffers } = detached(task)
  assert.deepEqual(value, task)
  assert.deepEqual(
    buffers.map(({ byteLength }) => byteLength),
    [16],
  )
  const arrived = structuredClone(value, { transfer: buffers })
  assert.deepEqual(arrived, task)
  assert.equal(arrived.job.grid.data.buffer.byteLength, 16)
  assert.equal(batch.length, 1000, 'what it was a view of stays here')
})

test('bytes that a Buffer looks at are copied too', () => {
  const upload = Buffer.from('--boundary film --boundary')
  const { value, buffers } = detached({ film: upload.subarray(11, 15) })
  assert.equal(Buffer.from(value.film).toString(), 'film')
  assert.deepEqual(
    buffers.map(({ byteLength }) => byteLength),
    [4],
  )
})

test('memory that threads share is not copied, and nothing but arrays and plain values is looked into', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(8))
  const rule = new Map([['a', batch]])
  const { value, buffers } = detached({ film: shared, rule, none: undefined, size: null })
  assert.equal(value.film, shared)
  assert.equal(value.rule, rule)
  assert.deepEqual(buffers, [])
})
