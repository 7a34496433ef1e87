import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { createLeaving } from '../../src/http/leaving.js'

const isCancelled = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && reason instanceof AppError && reason.code === 'cancelled'

void test('a client that leaves is told of, whether the signal was asked for before or after', () => {
  const [early, late] = [createLeaving(), createLeaving()]
  const { signal } = early
  assert.equal(signal.aborted, false)
  assert.equal(early.signal, signal)
  early.leave()
  late.leave()
  assert.ok(isCancelled(signal))
  assert.ok(isCancelled(late.signal))
})

void test('a request within another ends with it', () => {
  const outer = new AbortController()
  const [staying, leaving] = [createLeaving(outer.signal), createLeaving(outer.signal)]
  const { signal } = staying
  leaving.leave()
  assert.ok(isCancelled(leaving.signal))
  assert.equal(signal.aborted, false)
  outer.abort(new AppError('cancelled', 'The other is over.'))
  assert.equal((signal.reason as AppError).message, 'The other is over.')
})
