import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCallerLimits } from '../../src/http/caller-limits.js'

test('a bucket fills again as time goes on, and never above its size', () => {
  let nowMs = 0
  const limits = createCallerLimits({ inFlight: 100, perMinute: 60 }, () => nowMs)
  for (let at = 0; at < 60; at++) assert.ok(limits.enter('a').isGranted)
  const refused = limits.enter('a')
  assert.deepEqual([refused.isGranted, refused.limit, refused.retryAfterMs], [false, 'perMinute', 1000])
  nowMs = 1_000
  assert.ok(limits.enter('a').isGranted)
  assert.ok(!limits.enter('a').isGranted)
  nowMs = 1_000_000
  assert.equal(limits.enter('b').remaining, 59)
  for (let at = 0; at < 60; at++) limits.leave('a')
  assert.equal(limits.enter('a').remaining, 59)
})

test('callers without open requests are forgotten first, and those with some never', () => {
  const limits = createCallerLimits({ inFlight: 1, perMinute: 2 }, () => 0, 3)
  limits.enter('held')
  for (let at = 0; at < 100; at++) {
    limits.enter(`caller-${at}`)
    limits.leave(`caller-${at}`)
  }
  assert.ok(limits.size <= 3)
  assert.deepEqual(limits.enter('held').limit, 'inFlight')
})
