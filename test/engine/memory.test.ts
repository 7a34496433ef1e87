import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { tensor } from '../../src/tensor/tensor.js'
import { demand, fixtureGraph, startEngine, untilLoaded } from './harness.js'

const MIB = 1 << 20
const skip = existsSync('/proc/self/status') ? false : 'memory of another process is read from /proc'

/** The long version, with the figures that matter, is `test/load/lane-memory.ts`; this one is for a leak of every load or run. */
test('a lane does not grow with each load or run', { skip }, async (t) => {
  const engine = await startEngine(t, { environment: process.env })
  const graph = fixtureGraph('conv')
  const feeds = { pixels: tensor('uint8', [8, 1, 16, 16], new Uint8Array(8 * 256)) }
  const bytes = (): number => {
    const text = readFileSync(`/proc/${engine.status().lanes[0]!.pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1]) * 1024
  }
  const loads = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at++) {
      await engine.load('a@1', [graph], untilLoaded)
      await engine.run('a@1', graph, feeds, demand())
      await engine.unload('a@1')
    }
  }
  await loads(60)
  const afterFirst = bytes()
  await loads(240)
  // 240 sessions of 200 kB that stay would be above it.
  assert.ok(bytes() - afterFirst < 40 * MIB, `240 loads took ${(bytes() - afterFirst) / MIB} MiB`)
  await engine.load('a@1', [graph], untilLoaded)
  const runs = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at++) await engine.run('a@1', graph, feeds, demand())
  }
  // Until V8 has collected some times: what is dead between two collections comes and goes.
  await runs(2000)
  const afterRuns = bytes()
  // Answers are 16 kB and requests 2 kB: 9,000 that stay would be far above it.
  await runs(9000)
  assert.ok(bytes() - afterRuns < 60 * MIB, `9,000 runs took ${(bytes() - afterRuns) / MIB} MiB`)
})
