import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeStore } from './packs.js'
import { isAlive, metric, startServer, until, type Answer } from './server.js'

const COUNT = 12

test('it starts, answers, and at SIGTERM finishes what it has accepted and ends with 0', async (t) => {
  const server = await startServer(t, makeStore())
  const live = await server.ask('/health/live')
  const answer = await server.embed('good')
  assert.equal(live.status, 200)
  assert.equal(answer.status, 200)
  const { data } = JSON.parse(answer.body) as { data: { embedding: number[] }[] }
  assert.ok(Math.abs(Math.hypot(...data[0]!.embedding) - 1) < 1e-5)

  const lanes = server.lanePids()
  server.pauseLanes()
  const asked = Array.from({ length: COUNT }, () => server.embed('good'))
  await until('they wait for a lane', 5000, async () => (await metric(server, 'radserve_queue_rows ')) >= 2)
  server.kill('SIGTERM')
  await until('it drains', 5000, () => server.log().includes('"draining"'))
  server.resumeLanes()
  const drained = await Promise.all(asked)
  assert.deepEqual(
    drained.map(({ status }) => status),
    Array<number>(COUNT).fill(200),
  )
  assert.equal(await server.ended, 0)
  await until('no lane is left', 3000, () => !lanes.some(isAlive))
  await assert.rejects(server.ask('/health/live'), 'nobody listens any more')
})

test('SIGTERM under a stream of clients: each is answered or turned away, and the exit code is 0', async (t) => {
  const server = await startServer(t, makeStore())
  const statuses: number[] = []
  let isEnding = false
  let isGone = false
  const client = async (): Promise<void> => {
    while (!isGone) {
      const answer: Answer | undefined = await server.embed('good').catch(() => undefined)
      // A connection that nobody accepts any more; one that was accepted is answered.
      if (answer === undefined) {
        assert.ok(isEnding, 'a request is lost only when nobody listens any more')
        return
      }
      statuses.push(answer.status)
    }
  }
  const clients = Array.from({ length: 16 }, client)
  await until('requests are under way', 10_000, () => statuses.length >= 32)
  isEnding = true
  server.kill('SIGTERM')
  assert.equal(await server.ended, 0)
  isGone = true
  await Promise.all(clients)
  assert.deepEqual(
    statuses.filter((status) => status !== 200 && status !== 503),
    [],
  )
})

test('two servers share a store and say the same; SIGKILL of one leaves no lane behind and harms not the other', async (t) => {
  const store = makeStore()
  const [one, other] = await Promise.all([startServer(t, store), startServer(t, store)])
  const vectors = await Promise.all([one, other].map(async (server) => vectorOf(await server.embed('good'))))
  assert.deepEqual(vectors[0], vectors[1])

  const lanes = one.lanePids()
  assert.ok(lanes.length > 0)
  one.kill('SIGKILL')
  assert.equal(await one.ended, 'SIGKILL')
  await until('its lanes end', 5000, () => !lanes.some(isAlive))
  assert.deepEqual(vectorOf(await other.embed('good')), vectors[0])
})

function vectorOf({ status, body }: Answer): number[] {
  assert.equal(status, 200)
  return (JSON.parse(body) as { data: { embedding: number[] }[] }).data[0]!.embedding
}
