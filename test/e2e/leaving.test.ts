import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeStore } from './packs.js'
import { metric, startServer, until, type Server } from './server.js'

const PLACES = 12
const QUEUED = 4

test('clients that leave while queued and while running: their rows are not run, their places are free again', async (t) => {
  const server = await startServer(t, makeStore(), { MAX_REQUESTS_IN_FLIGHT: String(PLACES) })
  assert.equal((await server.embed('good')).status, 200)
  const rowsBefore = await rowsRun(server)

  server.pauseLanes()
  const clients = Array.from({ length: PLACES }, () => {
    const leaving = new AbortController()
    const asked = server.embed('good', leaving.signal).then(
      ({ status }) => status,
      () => 'left' as const,
    )
    return { leaving, asked }
  })
  // The first ones are in the lane that stands still.
  const queued = (): Promise<number> => metric(server, 'radserve_queue_rows ')
  await until('they wait for a lane', 5000, async () => (await queued()) >= QUEUED)
  for (const { leaving } of clients) leaving.abort()
  assert.deepEqual(await Promise.all(clients.map(({ asked }) => asked)), Array(PLACES).fill('left'))
  const seen = (): Promise<number> => metric(server, 'radserve_http_requests_total', 'status="499"')
  await until('the server has seen them leave', 5000, async () => (await seen()) === PLACES)
  await until('nothing is queued', 5000, async () => (await queued()) === 0)

  server.resumeLanes()
  const burst = await Promise.all(Array.from({ length: PLACES }, () => server.embed('good')))
  assert.deepEqual(
    burst.map(({ status }) => status),
    Array<number>(PLACES).fill(200),
  )
  const forNobody = (await rowsRun(server)) - rowsBefore - PLACES
  assert.ok(forNobody >= 0 && forNobody <= PLACES - QUEUED, `${forNobody} rows were run for those who left`)
})

/** Rows that the runtime has run, whether or not somebody still wanted them. */
function rowsRun(server: Server): Promise<number> {
  return metric(server, 'radserve_batch_rows_sum')
}
