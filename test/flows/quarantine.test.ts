import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../engine/harness.js'
import { film, postFilm, startService } from '../e2e/service.js'

test('loading a quarantined model over HTTP lifts its quarantine', async (t) => {
  const { url, service } = await startService(t)
  const id = 'tiny-clip@1.0.0'
  let isOver = false
  const client = async () => {
    while (!isOver) await postFilm(`${url}/v1/embeddings`, film())
  }
  const clients = Array.from({ length: 8 }, client)
  const isOut = () => service.engine.status().quarantined.includes(id)
  for (let kills = 0; kills < 200 && !isOut(); kills++) {
    await eventually(
      () => isOut() || service.engine.status().lanes.some(({ pid, runs }) => pid !== undefined && runs > 0),
      'a run',
    )
    const pid = service.engine.status().lanes[0]?.pid
    if (pid !== undefined && !isOut()) process.kill(pid, 'SIGKILL')
    await eventually(() => isOut() || service.engine.status().lanes[0]?.pid !== pid, 'the lane is gone')
  }
  isOver = true
  await Promise.all(clients)
  assert.ok(isOut(), 'it is quarantined')
  assert.equal((await postFilm(`${url}/v1/embeddings`, film())).status, 503)
  const load = await fetch(`${url}/v1/models/tiny-clip/load`, { method: 'POST' })
  assert.equal(load.status, 200)
  assert.deepEqual(service.engine.status().quarantined, [])
  assert.equal((await postFilm(`${url}/v1/embeddings`, film())).status, 200)
})
