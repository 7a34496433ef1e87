import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addSlow, makeStore } from './packs.js'
import { metric, startServer, until, type Server } from './server.js'

const PLACES = 12

test('clients that leave while queued and while running: their rows are not run, their places are free again', async (t) => {
  const store = makeStore(t)
  addSlow(store)
  const server = await startServer(t, store, { MAX_REQUESTS_IN_FLIGHT: String(PLACES) })
  assert.equal((await server.embed('slow')).status, 200, 'the slow model is loaded')
  const executedBefore = await executions(server)

  const leaving = new AbortController()
  const clients = Array.from({ length: PLACES }, () =>
    server.embed('slow', leaving.signal).then(
      ({ status }) => status,
      () => 'left' as const,
    ),
  )
  // The gauge is set once a second; a dozen runs take longer.
  await until('they wait for a lane', 5000, async () => (await metric(server, 'radserve_queue_rows ')) >= 4)
  leaving.abort()
  const outcomes = await Promise.all(clients)
  const left = outcomes.filter((outcome) => outcome === 'left').length
  const answered = outcomes.filter((outcome) => outcome === 200).length
  assert.equal(left + answered, PLACES)
  assert.ok(left >= 4, 'those who were queued left without an answer')

  const seen = async (): Promise<number> => metric(server, 'radserve_http_requests_total', 'status="499"')
  await until('the server has seen them leave', 5000, async () => (await seen()) === left)
  const burst = await Promise.all(Array.from({ length: PLACES }, () => server.embed('slow')))
  assert.deepEqual(
    burst.map(({ status }) => status),
    Array<number>(PLACES).fill(200),
  )
  // Of those who left, one run was under way, and one may have been on its way to the lane.
  const forNobody = (await executions(server)) - executedBefore - answered - PLACES
  assert.ok(forNobody >= 0 && forNobody <= 2, `${forNobody} runs for the ${left} who left`)
})

/** Runs of the slow model that the runtime has done, whether or not somebody still wanted them. */
async function executions(server: Server): Promise<number> {
  const { status, body } = await server.ask('/v2/models/slow/stats')
  assert.equal(status, 200)
  const { model_stats: stats } = JSON.parse(body) as { model_stats: { execution_count: number }[] }
  return stats[0]!.execution_count
}
