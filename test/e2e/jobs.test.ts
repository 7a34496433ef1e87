import assert from 'node:assert/strict'
import { test } from 'node:test'
import { embeddedFolder } from '../state/kinds.js'
import { noPostgres } from '../state/postgres.js'
import { jobClient, jobsEnvironment } from './job-client.js'
import { film, postJson, startService } from './service.js'

const TEXTS = { input: ['no effusion', 'pneumothorax'], deterministic: true }

const kinds = [
  ['the embedded database', false, async () => ({ DATA_DIR: await embeddedFolder() })],
  ['a server', noPostgres ?? false, jobsEnvironment],
] as const

for (const [kind, skip, environmentOf] of kinds) {
  test(
    `with ${kind} a request is answered later with the bytes that it is answered with at once`,
    { skip },
    async (t) => {
      const { url, service, logLines } = await startService(t, await environmentOf(t))
      await service.state.open()
      const jobs = jobClient(url)
      const now = await postJson(`${url}/v1/embeddings`, TEXTS)
      const body = Buffer.from(await now.arrayBuffer())
      const job = await jobs.submit('/v1/embeddings', TEXTS, {
        'x-request-id': '0b8f6c1e-5d3a-4e2f-9a7b-1c2d3e4f5a6b',
        'x-priority': 'stat',
      })
      assert.deepEqual(
        [job.object, job.priority, job.request],
        ['job', 'stat', { method: 'POST', path: '/v1/embeddings', id: '0b8f6c1e-5d3a-4e2f-9a7b-1c2d3e4f5a6b' }],
      )
      const ended = await jobs.ended(job.id)
      assert.deepEqual(
        [ended.state, ended.attempts, ended.result?.status, ended.result?.bytes],
        ['completed', 1, 200, body.length],
      )
      for (const time of [ended.started_at, ended.ended_at, ended.expires_at]) assert.ok(time! > job.created_at)
      const result = await jobs.result(job.id)
      assert.deepEqual(Buffer.from(await result.arrayBuffer()), body)
      for (const name of ['content-type', 'x-model-digest'])
        assert.equal(result.headers.get(name), now.headers.get(name))
      assert.ok(result.headers.get('server-timing'))

      const listed = (await (await fetch(`${url}/v1/jobs?state=completed`)).json()) as { data: { id: string }[] }
      assert.deepEqual(
        listed.data.map(({ id }) => id),
        [job.id],
      )
      assert.ok(logLines.some((line) => line.includes('"outcome":"completed"')))
      assert.ok(!logLines.some((line) => line.includes('pneumothorax')), 'no text is in the log')
    },
  )
}

test('films as raw bytes, as a form and as tensors, pictures as answers: every inference route without code of its own', async (t) => {
  const { url } = await startService(t, await jobsEnvironment(t))
  const jobs = jobClient(url)
  const png = { accept: 'image/png' }
  const picture = await jobs.submit('/v1/classifications?labels=effusion&labels=normal', film(), png)
  assert.equal(picture.request.path, '/v1/classifications', 'the query is part of the request and not shown')
  const now = await jobs.post('/v1/classifications?labels=effusion&labels=normal', film(), png)
  assert.equal((await jobs.ended(picture.id)).result?.media_type, 'image/png')
  const later = await jobs.result(picture.id)
  assert.deepEqual(await later.arrayBuffer(), await now.arrayBuffer())

  const form = new FormData()
  form.append('image', new Blob([new Uint8Array(film())]), 'DOE^JANE.jpg')
  form.append('texts', 'effusion')
  const posted = await fetch(`${url}/v1/similarities`, {
    method: 'POST',
    body: form,
    headers: { prefer: 'wait=1, respond-async' },
  })
  assert.equal(posted.status, 202)
  const { id } = (await posted.json()) as { id: string }
  assert.equal((await jobs.ended(id)).state, 'completed')

  const models = (await (await fetch(`${url}/v2/repository/index`, { method: 'POST' })).json()) as { name: string }[]
  const bad = await jobs.submit(`/v2/models/${models[0]!.name}.nothing/infer`, { inputs: [] })
  const failed = await jobs.ended(bad.id)
  assert.deepEqual([failed.state, failed.error?.status], ['failed', failed.result?.status])
})

test('what does not fit is refused at once; what only shows later makes the job fail with its problem', async (t) => {
  const { url } = await startService(t, await jobsEnvironment(t))
  const jobs = jobClient(url)
  const prefer = { prefer: 'respond-async' }
  const malformed = await jobs.post('/v1/embeddings', { input: 'x', level: 'middle' }, prefer)
  assert.equal(malformed.status, 400)
  assert.equal((await jobs.post('/v1/embeddings', TEXTS, { ...prefer, 'x-priority': 'soon' })).status, 400)
  const nobody = await jobs.submit('/v1/embeddings', { ...TEXTS, model: 'nobody' })
  const ended = await jobs.ended(nobody.id)
  assert.deepEqual([ended.state, ended.error?.code, ended.error?.status], ['failed', 'model_not_found', 404])
  const result = await jobs.result(nobody.id)
  const problem = (await result.json()) as { code: string; error: { code: string } }
  assert.deepEqual([result.status, problem.code, problem.error.code], [404, 'model_not_found', 'model_not_found'])
  // So many that no machine has them in a millisecond.
  const many = { ...TEXTS, input: Array.from({ length: 64 }, (_, at) => `finding number ${at} of the left lung`) }
  const late = await jobs.submit('/v1/embeddings', many, { 'x-timeout-ms': '1' })
  assert.equal((await jobs.ended(late.id)).error?.code, 'deadline_exceeded')

  const unknown = '00000000-0000-4000-8000-000000000000'
  for (const path of [unknown, `${unknown}/result`, `${unknown}/events`, 'x', 'x/result', `${'y'.repeat(90)}/events`]) {
    const reply = await fetch(`${url}/v1/jobs/${path}`)
    assert.deepEqual([reply.status, ((await reply.json()) as { code: string }).code], [404, 'job_not_found'], path)
  }
  assert.equal((await jobs.cancel(nobody.id)).status, 409)
  // Reading is never deferred.
  assert.equal((await fetch(`${url}/v1/models`, { headers: prefer })).status, 200)
})

test('an idempotency key makes one job of a request that is sent again, forms too', async (t) => {
  const { url } = await startService(t, await jobsEnvironment(t))
  const jobs = jobClient(url)
  const key = { 'idempotency-key': 'order-7' }
  const first = await jobs.submit('/v1/embeddings', TEXTS, key)
  const again = await Promise.all(Array.from({ length: 8 }, () => jobs.submit('/v1/embeddings', TEXTS, key)))
  assert.deepEqual(new Set(again.map(({ id }) => id)), new Set([first.id]))
  const other = await jobs.post('/v1/embeddings', { ...TEXTS, level: 'local' }, { ...key, prefer: 'respond-async' })
  assert.deepEqual([other.status, ((await other.json()) as { code: string }).code], [422, 'idempotency_key_reused'])
  const sendForm = async (text: string): Promise<Response> => {
    const form = new FormData()
    form.append('image', new Blob([new Uint8Array(film())]), 'a.jpg')
    form.append('texts', text)
    const headers = { prefer: 'respond-async', 'idempotency-key': 'form-1' }
    return fetch(`${url}/v1/similarities`, { method: 'POST', body: form, headers })
  }
  const ids = await Promise.all(
    [sendForm('a'), sendForm('a')].map(async (reply) => ((await (await reply).json()) as { id: string }).id),
  )
  assert.equal(ids[0], ids[1], 'boundaries differ, what is asked does not')
  assert.equal((await sendForm('b')).status, 422)
  assert.equal(
    (await jobs.post('/v1/embeddings', TEXTS, { prefer: 'respond-async', 'idempotency-key': '' })).status,
    400,
  )
})

test('answers expire: 410, and the key is free', async (t) => {
  const environment = await jobsEnvironment(t)
  const { url } = await startService(t, { ...environment, JOB_RETENTION_MS: '300' })
  const jobs = jobClient(url)
  const job = await jobs.submit('/v1/embeddings', TEXTS, { 'idempotency-key': 'short' })
  const gone = async (): Promise<boolean> => (await fetch(`${url}/v1/jobs/${job.id}`)).status === 410
  const endMs = performance.now() + 40_000
  while (!(await gone())) {
    assert.ok(performance.now() < endMs, 'it expires')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const result = await jobs.result(job.id)
  assert.deepEqual([result.status, ((await result.json()) as { code: string }).code], [410, 'job_expired'])
  assert.equal((await fetch(`${url}/v1/jobs/${job.id}/events`)).status, 410)
  assert.notEqual((await jobs.submit('/v1/embeddings', TEXTS, { 'idempotency-key': 'short' })).id, job.id)
})

test('a full queue and a full store are refused with their limits', async (t) => {
  const environment = await jobsEnvironment(t)
  const { url, service } = await startService(t, {
    ...environment,
    MAX_QUEUED_JOBS: '3',
    MAX_JOBS_BYTES: String(1 << 20),
  })
  const jobs = jobClient(url)
  await service.jobs.drain()
  for (let at = 0; at < 3; at++) await jobs.submit('/v1/embeddings', TEXTS)
  const refused = await jobs.post('/v1/embeddings', TEXTS, { prefer: 'respond-async' })
  const problem = (await refused.json()) as { code: string; limit: string }
  assert.deepEqual([refused.status, problem.code, problem.limit], [429, 'queue_full', 'MAX_QUEUED_JOBS'])
  assert.ok(Number(refused.headers.get('retry-after')) >= 1)
  const listed = (await (await fetch(`${url}/v1/jobs`)).json()) as { data: { id: string; queue_position: number }[] }
  assert.deepEqual(
    listed.data.map((job) => job.queue_position),
    [3, 2, 1],
    'the newest first',
  )
  const first = (await (await fetch(`${url}/v1/jobs?limit=2`)).json()) as { data: { id: string }[]; has_more: boolean }
  assert.equal(first.has_more, true)
  const rest = (await (await fetch(`${url}/v1/jobs?after=${first.data[1]!.id}`)).json()) as typeof first
  assert.deepEqual([rest.data.length, rest.has_more], [1, false])
  await jobs.cancel(listed.data[0]!.id)
  const large = await jobs.submit('/v1/embeddings', { input: ['x'], user: 'u'.repeat(1 << 20) })
  await jobs.cancel(listed.data[1]!.id)
  const full = await jobs.post('/v1/embeddings', TEXTS, { prefer: 'respond-async' })
  assert.deepEqual([full.status, ((await full.json()) as { limit: string }).limit], [429, 'MAX_JOBS_BYTES'], large.id)
})
