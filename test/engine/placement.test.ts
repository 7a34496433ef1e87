import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGraphDirectory } from '../../src/engine/graph-directory.js'
import { LaneDied } from '../../src/engine/lane-link.js'
import { createLaneSessions } from '../../src/engine/lane-sessions.js'
import { createPlacement } from '../../src/engine/placement.js'
import { createQuarantine } from '../../src/engine/quarantine.js'
import { AppError } from '../../src/errors.js'
import { silentLog, systemClock } from '../../src/ports.js'
import { fixtureGraph } from './harness.js'
import { handLane } from './hand-lane.js'

const MIB = 1 << 20
const isCode = (code: string) => (error: unknown) => error instanceof AppError && error.code === code
const sized = (name: string) => fixtureGraph(name, { bytes: 10 * MIB })

function house({ budgetBytes = 1 << 30 } = {}) {
  const hand = handLane()
  const evictions = { count: 0 }
  const directory = createGraphDirectory(1000)
  const quarantine = createQuarantine(systemClock)
  const sessions = createLaneSessions({
    ...{ lane: hand.lane, isNarrow: false, budgetBytes: () => budgetBytes, loadLimitMs: 1000 },
    isPinned: (digest) => directory.isPinned(digest),
    isAwaited: () => false,
    beforeLoad: () => Promise.resolve(),
    onLoaded: () => undefined,
    onEvicted: () => (evictions.count += 1),
  })
  const placement = createPlacement({
    ...{ lanes: [sessions], directory, quarantine, log: silentLog },
    onQuarantined: () => undefined,
  })
  const loads = () => hand.held.filter(({ request }) => request.kind === 'load').length
  return { hand, directory, quarantine, sessions, placement, loads, evictions }
}

test('loads of one graph at the same time are one load in the lane', async () => {
  const { hand, directory, placement, loads } = house()
  const state = directory.claim('a@1', fixtureGraph('double'), false)
  directory.claim('b@1', fixtureGraph('double'), false)
  const both = Promise.all([placement.ensure(state), placement.ensure(state), placement.ensure(state)])
  await new Promise(setImmediate)
  assert.equal(loads(), 1)
  await hand.answerAll()
  await both
  await placement.ensure(state)
  assert.equal(hand.held.length, 0, 'what is resident is not loaded again')
})

test('a session in use is unloaded only when its run has ended', async () => {
  const { hand, directory, sessions, placement, evictions } = house({ budgetBytes: 15 * MIB })
  const [old, young] = [sized('ballast-1'), sized('ballast-2')]
  const first = placement.ensure(directory.claim('a@1', old, false))
  await hand.answerAll()
  await first
  const run = sessions.run(old, { feeds: {}, outputs: [] }, 1000)
  const second = placement.ensure(directory.claim('b@1', young, false))
  await new Promise(setImmediate)
  assert.deepEqual(
    hand.held.map(({ request }) => request.kind),
    ['run'],
  )
  assert.equal(sessions.holds(old.digest), false, 'it gets no more runs, or the load would wait forever')
  await hand.answerAll()
  await Promise.all([run, second])
  assert.deepEqual(
    sessions.list().map(({ digest }) => digest),
    [young.digest],
  )
  assert.equal(evictions.count, 1)
})

test('what does not fit beside the pinned is over the budget, and waits for nobody', async () => {
  const { hand, directory, placement } = house({ budgetBytes: 15 * MIB })
  const pinned = placement.ensure(directory.claim('a@1', sized('ballast-1'), true))
  await hand.answerAll()
  await pinned
  await assert.rejects(placement.ensure(directory.claim('b@1', sized('ballast-2'), false)), isCode('over_budget'))
})

test('one death that several loads share is one strike; the second death quarantines', async () => {
  const { hand, directory, quarantine, placement, loads } = house()
  const state = directory.claim('bad@1', fixtureGraph('double'), false)
  const ends = Promise.allSettled([placement.ensure(state), placement.ensure(state)])
  for (const deaths of [1, 2]) {
    while (loads() === 0) await new Promise(setImmediate)
    assert.deepEqual(quarantine.list(), [], `not before the death no. ${deaths}`)
    hand.held[0]!.reject(new LaneDied('it got SIGSEGV', true))
  }
  for (const end of await ends) assert.ok(end.status === 'rejected' && isCode('model_quarantined')(end.reason))
  assert.deepEqual(quarantine.list(), ['bad@1'])
})

test('a quarantined graph is not loaded into a lane that comes up, the others are', async () => {
  const { hand, directory, quarantine, sessions, placement } = house()
  const [bad, good] = [fixtureGraph('double'), fixtureGraph('triple')]
  directory.claim('bad@1', bad, true)
  directory.claim('good@1', good, true)
  quarantine.strike('bad@1')
  quarantine.strike('bad@1')
  const restored = placement.restore(sessions)
  await hand.answerAll()
  await restored
  assert.deepEqual(
    sessions.list().map(({ digest }) => digest),
    [good.digest],
  )
})

test('a lane that refuses at once leaves the event loop turning', async () => {
  const { hand, directory, placement } = house()
  const ensured = placement.ensure(directory.claim('a@1', fixtureGraph('double'), false))
  let turns = 0
  for (; turns < 20; turns++) {
    await new Promise(setImmediate)
    hand.held[0]?.reject(new LaneDied('its channel is closed', false))
  }
  await hand.answerAll()
  await ensured
  assert.equal(turns, 20)
})

test('a load that waits for a lane ends when none can be started, and when the service closes', async () => {
  for (const end of ['hopeless', 'close'] as const) {
    const { hand, directory, placement } = house()
    hand.isUp = false
    const ensured = placement.ensure(directory.claim('a@1', fixtureGraph('double'), false))
    const outcome = assert.rejects(ensured, isCode(end === 'close' ? 'draining' : 'lane_failed'))
    if (end === 'close') placement.close()
    else {
      hand.isHopeless = true
      placement.lanesChanged()
    }
    await outcome
  }
})

test('what is unloaded while it is loaded stays nowhere', async () => {
  const { hand, directory, sessions, placement } = house()
  const state = directory.claim('a@1', fixtureGraph('double'), false)
  const ensured = placement.ensure(state)
  await new Promise(setImmediate)
  directory.unclaim('a@1')
  directory.forget(state)
  await hand.answerAll()
  await ensured
  assert.deepEqual(sessions.list(), [])
})
