/** What drills with processes that are killed have in common. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import type { TestContext } from 'node:test'
import { childrenOf } from '../load/processes.js'
import { jobClient, type JobClient } from './job-client.js'
import { makeStore } from './packs.js'
import { isAlive, startServer, until, type Server } from './server.js'

const QUEUED = 20
const RUNNING = 2
export const urlOf = ({ port }: Server): string => `http://127.0.0.1:${port}`

/** Each asks for something else, with an answer that is the same bit for bit. */
export const request = (at: number) => ({
  model: 'good',
  input: [`finding number ${at}`, 'no finding'],
  deterministic: true,
})

export async function statesOf(server: Server): Promise<Record<string, number>> {
  const { body } = await server.ask('/v1/jobs?limit=100')
  const { data } = JSON.parse(body) as { data: { state: string }[] }
  const counts: Record<string, number> = {}
  for (const { state } of data) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

/** The service, its lanes and its database, none of which gets to say anything. */
export async function killAll(server: Server): Promise<void> {
  const pids = [server.pid, ...childrenOf(server.pid).map(({ pid }) => pid)]
  execFileSync('kill', ['-9', ...pids.map(String)])
  assert.equal(await server.ended, 'SIGKILL')
  await until('all are gone', 10_000, () => !pids.some(isAlive))
}

/** Events of a job that has ended: each attempt but the last was cut, and there is one end. */
export async function assertOnce(jobs: JobClient, id: string, attempts: number): Promise<void> {
  const events = (await jobs.events(id)).map(({ event }) => event).filter((event) => event !== 'progress')
  const expected = [...Array.from({ length: attempts }, () => ['queued', 'running']).flat(), 'completed']
  assert.deepEqual(events, expected, id)
}

/** 20 jobs wait and 2 run when everything is killed: after the restart all 22 end, once, with the bytes of undisturbed requests. */
export async function crashDrill(t: TestContext, given: Record<string, string>): Promise<void> {
  const store = makeStore()
  // Rows that the service remembers would be answered without a lane.
  const environment = { ...given, MAX_RUNNING_JOBS: String(RUNNING), LANES: '1', TEXT_CACHE_BYTES: '0' }
  const first = await startServer(t, store, environment)
  const jobs = jobClient(urlOf(first))
  const undisturbed: Buffer[] = []
  for (let at = 0; at < QUEUED + RUNNING; at++) {
    const reply = await jobs.post('/v1/embeddings', request(at))
    assert.equal(reply.status, 200)
    undisturbed.push(Buffer.from(await reply.arrayBuffer()))
  }
  await until('the database is open', 60_000, async () => (await first.ask('/v1/jobs')).status === 200)
  first.pauseLanes()
  const ids: string[] = []
  for (let at = 0; at < QUEUED + RUNNING; at++) ids.push((await jobs.submit('/v1/embeddings', request(at))).id)
  await until('two run and twenty wait', 20_000, async () => {
    const states = await statesOf(first)
    return states['running'] === RUNNING && states['queued'] === QUEUED
  })
  await killAll(first)

  const second = await startServer(t, store, environment)
  const readyMs = performance.now()
  const after = jobClient(urlOf(second))
  for (const id of ids) assert.equal((await after.ended(id, 60_000)).state, 'completed')
  t.diagnostic(`all had ended ${Math.round(performance.now() - readyMs)} ms after the service was ready again`)
  for (const [at, id] of ids.entries()) {
    const { attempts } = await after.get(id)
    assert.equal(attempts, at < RUNNING ? 2 : 1)
    await assertOnce(after, id, attempts)
    assert.deepEqual(Buffer.from(await (await after.result(id)).arrayBuffer()), undisturbed[at], `bytes of job ${at}`)
  }
}
