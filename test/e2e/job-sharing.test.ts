import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../folder.js'
import { freshDatabase, noPostgres } from '../state/postgres.js'
import { jobClient } from './job-client.js'
import { assertOnce, killAll, request, statesOf, urlOf } from './job-drill.js'
import { makeStore } from './packs.js'
import { startServer, until } from './server.js'

test(
  'two processes share a queue of 40 jobs and one is killed: none is lost, none is answered twice',
  { skip: noPostgres ?? false },
  async (t) => {
    const store = makeStore()
    const environment = {
      ...{ DATA_DIR: temporaryFolder(), DATABASE_URL: await freshDatabase(t), JOB_LEASE_MS: '6000' },
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
