import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeStore } from './packs.js'
import { isAlive, startServer, until } from './server.js'

const CLIENTS = 32
const ANSWER_WITHIN_MS = 20_000

test('kill -9 on the lanes under 32 clients: all are answered, 200 or 503, and the service comes back', async (t) => {
  const server = await startServer(t, makeStore())
  const seen: { status: number; retryAfter: string | undefined }[] = []
  let isOver = false
  const client = async (): Promise<void> => {
    while (!isOver) {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
      // Rejects, and so fails the test, when an answer is cut off or does not come in time.
      const { status, headers } = await server.embed('good', signal)
      seen.push({ status, retryAfter: headers['retry-after'] })
    }
  }
  const clients = Promise.all(Array.from({ length: CLIENTS }, client))
  await Promise.race([clients, until('all clients are at work', 20_000, () => seen.length >= 2 * CLIENTS)])

  const lanes = server.lanePids()
  assert.ok(lanes.length > 0)
  for (const lane of lanes) process.kill(lane, 'SIGKILL')
  await until('the killed lanes are gone', 5000, () => !lanes.some(isAlive))
  const before = seen.length
  const goodSince = (): number => seen.slice(before).filter(({ status }) => status === 200).length
  await Promise.race([clients, until('the service is back by itself', 20_000, () => goodSince() >= CLIENTS)])
  isOver = true
  await clients

  const refused = seen.filter(({ status }) => status !== 200)
  assert.deepEqual(
    refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === undefined),
    [],
  )
  assert.ok(server.lanePids().length > 0)
  const ready = await server.ask('/health/ready')
  assert.equal(ready.status, 200)
})
