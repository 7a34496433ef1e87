/** What is left of jobs when processes are killed: everything, once. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test, type TestContext } from 'node:test'
import { childrenOf } from '../load/processes.js'
import { embeddedFolder, temporaryFolder } from '../state/kinds.js'
import { freshDatabase, noPostgres } from '../state/postgres.js'
import { jobClient, type JobClient } from './job-client.js'
import { makeStore } from './packs.js'
import { isAlive, startServer, until, type Server } from './server.js'

const QUEUED = 20
const RUNNING = 2
const urlOf = ({ port }: Server): string => `http://127.0.0.1:${port}`

/** Each asks for something else, with an answer that is the same bit for bit. */
const request = (at: number) => ({ model: 'good', input: [`finding number ${at}`, 'no finding'], deterministic: true })

async function statesOf(server: Server): Promise<Record<string, number>> {
  const { body } = await server.ask('/v1/jobs?limit=100')
  const { data } = JSON.parse(body) as { data: { state: string }[] }
  const counts: Record<string, number> = {}
  for (const { state } of data) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

/** The service, its lanes and its database, none of which gets to say anything. */
async function killAll(server: Server): Promise<void> {
  const pids = [server.pid, ...childrenOf(server.pid).map(({ pid }) => pid)]
  execFileSync('kill', ['-9', ...pids.map(String)])
  assert.equal(await server.ended, 'SIGKILL')
  await until('all are gone', 10_000, () => !pids.some(isAlive))
}

/** Events of a job that has ended: each attempt but the last was cut, and there is one end. */
async function assertOnce(jobs: JobClient, id: string, attempts: number): Promise<void> {
  const events = (await jobs.events(id)).map(({ event }) => event).filter((event) => event !== 'progress')
  const expected = [...Array.from({ length: attempts }, () => ['queued', 'running']).flat(), 'completed']
  assert.deepEqual(events, expected, id)
}

const kinds: [string, string | false, (t: TestContext) => Promise<Record<string, string>>][] = [
  ['the embedded database', false, async (t) => ({ DATA_DIR: await embeddedFolder(t) })],
  [
    'a server',
    noPostgres ?? false,
    async (t) => ({ DATA_DIR: temporaryFolder(t), DATABASE_URL: await freshDatabase(t), JOB_LEASE_MS: '3000' }),
  ],
]

for (const [kind, skip, environmentOf] of kinds) {
  test(
    `kill -9 of everything with 20 queued and 2 running jobs, with ${kind}: after the restart all 22 end, once, with the same bytes`,
    { skip },
    async (t) => {
      const store = makeStore(t)
      const environment = { ...(await environmentOf(t)), MAX_RUNNING_JOBS: String(RUNNING), LANES: '1' }
      const first = await startServer(t, store, environment)
      const undisturbed: Buffer[] = []
      for (let at = 0; at < QUEUED + RUNNING; at++) {
        const reply = await jobClient(urlOf(first)).post('/v1/embeddings', request(at))
        assert.equal(reply.status, 200)
        undisturbed.push(Buffer.from(await reply.arrayBuffer()))
      }
      // Rows that the service remembers would be answered without the lane.
      await killAll(first)

      const second = await startServer(t, store, environment)
      await jobClient(urlOf(second)).post('/v1/embeddings', request(0), { prefer: 'respond-async' })
      await until('the database is open', 60_000, async () => (await statesOf(second))['completed'] === 1)
      second.pauseLanes()
      const jobs = jobClient(urlOf(second))
      const ids: string[] = []
      for (let at = 0; at < QUEUED + RUNNING; at++) ids.push((await jobs.submit('/v1/embeddings', request(at))).id)
      await until('two run and twenty wait', 20_000, async () => {
        const states = await statesOf(second)
        return states['running'] === RUNNING && states['queued'] === QUEUED
      })
      await killAll(second)

      const third = await startServer(t, store, environment)
      const after = jobClient(urlOf(third))
      const startedMs = performance.now()
      for (const id of ids) assert.equal((await after.ended(id, 60_000)).state, 'completed')
      t.diagnostic(`all had ended ${Math.round(performance.now() - startedMs)} ms after the service was ready again`)
      for (const [at, id] of ids.entries()) {
        const { attempts } = await after.get(id)
        assert.equal(attempts, at < RUNNING ? 2 : 1)
        await assertOnce(after, id, attempts)
        assert.deepEqual(
          Buffer.from(await (await after.result(id)).arrayBuffer()),
          undisturbed[at],
          `bytes of job ${at}`,
        )
      }
    },
  )
}

test(
  'two processes share a queue of 40 jobs and one is killed: none is lost, none is answered twice',
  { skip: noPostgres ?? false },
  async (t) => {
    const store = makeStore(t)
    const environment = {
      ...{ DATA_DIR: temporaryFolder(t), DATABASE_URL: await freshDatabase(t), JOB_LEASE_MS: '3000' },
      ...{ MAX_RUNNING_JOBS: '3', LANES: '1' },
    }
    const [doomed, other] = await Promise.all([startServer(t, store, environment), startServer(t, store, environment)])
    const clients = [doomed, other].map((server) => jobClient(urlOf(server)))
    doomed.pauseLanes()
    const ids: string[] = []
    for (let at = 0; at < 40; at++) ids.push((await clients[at % 2]!.submit('/v1/embeddings', request(at))).id)
    const states = async (): Promise<Record<string, number>> => statesOf(other)
    await until('the other does its part while one holds what it cannot finish', 60_000, async () => {
      const counts = await states()
      return counts['running'] === 3 && counts['completed'] === 37
    })
    await killAll(doomed)
    for (const id of ids) assert.equal((await clients[1]!.ended(id, 60_000)).state, 'completed')
    const attempts: number[] = []
    for (const [at, id] of ids.entries()) {
      const job = await clients[1]!.get(id)
      attempts.push(job.attempts)
      await assertOnce(clients[1]!, id, job.attempts)
      const answer = (await (await clients[1]!.result(id)).json()) as object
      const again = (await (await clients[1]!.post('/v1/embeddings', request(at))).json()) as object
      assert.deepEqual(answer, again)
    }
    assert.equal(attempts.filter((count) => count === 2).length, 3, 'those that the killed process had')
  },
)
