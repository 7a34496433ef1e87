import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCrowd } from '../../src/engine/crowd.js'
import { parseDevice } from '../../src/engine/devices.js'
import { fillOptions, type EngineOptions } from '../../src/engine/engine-options.js'
import { lanesFor } from '../../src/engine/lane-choice.js'
import type { LaneSessions } from '../../src/engine/lane-sessions.js'
import { silentLog, silentMeter, systemClock, type Demand } from '../../src/ports.js'
import { demand } from './harness.js'

// The choice never looks into a lane, so a name is lane enough.
const lane = (name: string) => ({ name }) as unknown as LaneSessions
const [wide, one, two] = [lane('wide'), lane('one'), lane('two')]
const both = { wide: [wide], narrow: [one, two] }
const choose = (own: Demand, offer: Parameters<typeof lanesFor>[1]) => lanesFor({ demand: own }, offer)

test('one request has the wide lane, many have the narrow ones', () => {
  assert.deepEqual(choose(demand(), { ...both, isCrowded: false }), [wide])
  assert.deepEqual(choose(demand(), { ...both, isCrowded: true }), [one, two])
  assert.deepEqual(choose(demand('batch'), { ...both, isCrowded: true }), [one, two])
})

test('what is urgent may have any lane, the wide one first', () => {
  for (const isCrowded of [false, true]) {
    assert.deepEqual(choose(demand('stat'), { ...both, isCrowded }), [wide, one, two])
  }
})

test('a run whose bytes must be the same waits for the wide lane, also when that is away', () => {
  const own = demand('stat', { isDeterministic: true })
  assert.deepEqual(choose(own, { ...both, isCrowded: true }), [wide])
  assert.deepEqual(choose(own, { wide: [], narrow: [one, two], isCrowded: true }), [])
})

test('without copies there is the wide lane, and without that there are the copies', () => {
  assert.deepEqual(choose(demand(), { wide: [wide], narrow: [], isCrowded: true }), [wide])
  assert.deepEqual(choose(demand(), { wide: [], narrow: [one, two], isCrowded: false }), [one, two])
})

test('a crowd is gone only when it has been for a while', () => {
  const now = { ms: 1000, count: 1 }
  const clock = { nowMs: () => now.ms }
  const crowd = createCrowd({ from: 2, calmAfterMs: 100, clock, count: () => now.count })
  assert.equal(crowd.isThere, false)
  now.count = 2
  crowd.look()
  now.count = 1
  now.ms += 99
  assert.equal(crowd.isThere, true, 'a gap between two answers')
  now.ms += 1
  assert.equal(crowd.isThere, false)
})

test('narrow lanes share the threads of the wide one; none where lanes are asked for or there is nothing to share', () => {
  const fill = (changes: Partial<EngineOptions>) =>
    fillOptions({
      ...{ device: parseDevice('cpu'), budgetBytes: 1, log: silentLog, meter: silentMeter, clock: systemClock },
      ...changes,
    })
  assert.equal(fill({ threadsPerLane: 2 }).narrowLanes, 2)
  assert.equal(fill({ threadsPerLane: 16 }).narrowLanes, 4)
  assert.equal(fill({ threadsPerLane: 1 }).narrowLanes, 0)
  assert.equal(fill({ lanes: 1 }).narrowLanes, 0)
  assert.equal(fill({ lanes: 2, threadsPerLane: 8 }).narrowLanes, 0)
})
