import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLaneSessions } from '../../src/engine/lane-sessions.js'
import type { Graph } from '../../src/store/graph.js'
import { fixtureGraph } from './harness.js'
import { handLane } from './hand-lane.js'

const MIB = 1 << 20

/** A lane of 30 MiB. `ballast-1` is pinned where it is said. */
function house({ isPinned = false, beforeLoad = () => Promise.resolve() } = {}) {
  const hand = handLane()
  const old = sized('ballast-1', 10, 10)
  const sessions = createLaneSessions({
    ...{ lane: hand.lane, isNarrow: false, budgetBytes: () => 30 * MIB, loadLimitMs: 1000 },
    isPinned: (digest) => isPinned && digest === old.digest,
    isAwaited: () => false,
    beforeLoad,
    onLoaded: () => undefined,
    onEvicted: () => undefined,
  })
  const load = async (graph: Graph) => {
    const done = sessions.ensure(graph)
    await hand.answerAll()
    await done
  }
  const asked = () => hand.held.map(({ request }) => request.kind)
  return { hand, sessions, load, asked, old }
}

function sized(name: string, mib: number, insideMib: number): Graph {
  return fixtureGraph(name, { bytes: mib * MIB, insideBytes: insideMib * MIB })
}

test('what a load has twice at its worst moment has left before it begins', async () => {
  const { hand, sessions, load, asked, old } = house()
  await load(old)
  const done = sessions.ensure(sized('ballast-2', 18, 18))
  await new Promise(setImmediate)
  assert.deepEqual(asked(), ['unload'], '10 + 18 MiB fit and 10 + 27 do not')
  await hand.answerAll()
  await done
  assert.equal(sessions.usedBytes, 18 * MIB)
})

test('weights beside the graph are mapped: nobody leaves for a second copy of them', async () => {
  const { sessions, load, old } = house()
  await load(old)
  await load(sized('ballast-2', 18, 0))
  assert.equal(sessions.usedBytes, 28 * MIB)
})

test('a load is not refused for what it has twice: what is pinned stays', async () => {
  const { sessions, load, old } = house({ isPinned: true })
  await load(old)
  await load(sized('ballast-2', 18, 18))
  assert.equal(sessions.usedBytes, 28 * MIB)
})

test('what runs have left in the process counts: the oldest leaves for it', async () => {
  const { hand, sessions, load, old } = house()
  hand.residentBytes = 70 * MIB
  await load(old)
  // Sessions of 10 MiB, 64 MiB of the lane's own, and 15 that nothing accounts for.
  hand.residentBytes = (70 + 10 + 64 + 15) * MIB
  const young = sized('ballast-2', 10, 0)
  await load(young)
  assert.deepEqual(
    sessions.list().map(({ digest }) => digest),
    [young.digest],
  )
})

test('others who share the memory make room before a load begins, and are told how much', async () => {
  let go!: () => void
  const cleared = new Promise<void>((resolve) => (go = resolve))
  const { hand, sessions, asked } = house({ beforeLoad: () => cleared })
  const done = sessions.ensure(sized('ballast-2', 18, 18))
  await new Promise(setImmediate)
  assert.deepEqual(asked(), [])
  assert.equal(sessions.usedBytes, 27 * MIB)
  go()
  await hand.answerAll()
  await done
  assert.equal(sessions.usedBytes, 18 * MIB)
})
