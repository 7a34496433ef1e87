/** An engine of one wide and two narrow lanes, and how tests fill it. */
import type { TestContext } from 'node:test'
import type { Engine, EngineOptions, RunResult } from '../../src/engine/engine.js'
import { demand, fixtureGraph, slowFeeds, startEngine } from './harness.js'

export const slow = fixtureGraph('slow', { maxBatch: 1 })

export const narrowOf = (engine: Engine) => engine.status().lanes.slice(1)
export const isCopied = (engine: Engine, digest = slow.digest): boolean =>
  narrowOf(engine).length === 2 &&
  narrowOf(engine).every(({ sessions }) => sessions.some((own) => own.digest === digest))
/** Which lanes are at work. */
export const busyLanes = (engine: Engine): number[] =>
  engine.status().lanes.flatMap(({ lane, runs }) => (runs > 0 ? [lane] : []))

export function startWide(t: TestContext, changes: Partial<EngineOptions> = {}): Promise<Engine> {
  // A second run must not be sent ahead: which lane is at work is what is looked at.
  const own = { threadsPerLane: 2, narrowLanes: 2, copyAfterWaitMs: 20, calmAfterMs: 30, prefetchBelowMs: 0 }
  return startEngine(t, { ...own, ...changes })
}

export function ask(engine: Engine, rounds: number, own = demand(), value = 1): Promise<RunResult> {
  return engine.run('a@1', slow, slowFeeds(rounds, value), own)
}

/** Keeps many requests in the house until the graph is in every narrow lane. */
export async function crowdUntilCopied(engine: Engine): Promise<void> {
  while (!isCopied(engine)) await Promise.all([1, 2, 3, 4].map(() => ask(engine, 300)))
}
