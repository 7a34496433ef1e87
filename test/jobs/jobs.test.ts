import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { AppError } from '../../src/errors.js'
import type { JobEvent } from '../../src/jobs/job.js'
import type { Jobs } from '../../src/jobs/jobs.js'
import { until } from '../e2e/server.js'
import { testBoth, testServer } from '../state/kinds.js'
import { HandExecute, makeJobs, submission, untilState } from './harness.js'

const code = (wanted: string) => (error: unknown) => error instanceof AppError && error.code === wanted

async function allEvents(jobs: Jobs, id: string, after = 0): Promise<JobEvent[]> {
  const events: JobEvent[] = []
  for await (const event of jobs.events(id, after, new AbortController().signal))
    if (event.number !== undefined) events.push(event)
  return events
}

testBoth('a job is carried out with what was asked, and its answer is kept', async (t, state) => {
  const hand = new HandExecute()
  const jobs = makeJobs(t, state)
  const job = await jobs.get(await jobs.submit(submission('film', { timeoutMs: 1234 })))
  assert.deepEqual([job.state, job.queuePosition, job.attempts], ['queued', 1, 0])
  jobs.start(hand.execute)
  const call = await hand.call(0)
  const { body, ...head } = call.request
  assert.deepEqual(head, { method: 'POST', url: '/v1/embeddings?model=x', headers: { accept: '*/*' } })
  assert.deepEqual([String(body), call.timeoutMs], ['film', 1234])
  await untilState(jobs, job.id, 'running')
  await assert.rejects(jobs.result(job.id), code('job_not_ended'))
  call.onProgress({ step: 3, of: 9, etaMs: 120 })
  await until('progress is written down', 10_000, async () => (await jobs.get(job.id)).progress?.step === 3)
  call.answer({ headers: { 'x-model-digest': 'd' }, body: Buffer.from([0, 255]) })
  await untilState(jobs, job.id, 'completed')
  const result = await jobs.result(job.id)
  assert.deepEqual(result, {
    kind: 'answer',
    answer: {
      status: 200,
      headers: { 'content-type': 'text/plain', 'x-model-digest': 'd' },
      body: Buffer.from([0, 255]),
    },
  })
  const events = await allEvents(jobs, job.id)
  assert.deepEqual(
    events.map(({ number, event }) => [number, event]),
    [
      [1, 'queued'],
      [2, 'running'],
      [3, 'progress'],
      [4, 'completed'],
    ],
  )
  assert.deepEqual(events[2]?.data, { step: 3, of: 9, etaMs: 120 })
  assert.deepEqual(await allEvents(jobs, job.id, 3), events.slice(3))
  await assert.rejects(jobs.cancel(job.id), code('job_ended'))
})

testBoth('no more run at a time than may, the urgent first, each kind in its order', async (t, state) => {
  const hand = new HandExecute()
  const jobs = makeJobs(t, state)
  const order = [
    ['a', 'batch'],
    ['b', 'routine'],
    ['c', 'stat'],
    ['d', 'routine'],
    ['e', 'stat'],
  ] as const
  const ids: string[] = []
  for (const [body, priority] of order) ids.push(await jobs.submit(submission(body, { priority })))
  const positions = await Promise.all(ids.map(async (id) => (await jobs.get(id)).queuePosition))
  assert.deepEqual(positions, [5, 3, 1, 4, 2])
  jobs.start(hand.execute)
  // A start without state in use waits for the first submission.
  ids.push(await jobs.submit(submission('f', { priority: 'batch' })))
  for (let at = 0; at < 6; at++) (await hand.call(at)).answer()
  for (const id of ids) await untilState(jobs, id, 'completed')
  // Of two that are taken one after the other, the second may be carried out first: its body can be read sooner.
  const startedMs = await Promise.all(ids.map(async (id) => (await jobs.get(id)).startedAt!.getTime()))
  const inOrder = [2, 4, 1, 3, 0, 5].map((at) => startedMs[at]!)
  assert.deepEqual(
    inOrder,
    inOrder.toSorted((a, b) => a - b),
  )
  assert.ok(hand.mostRunning <= 2)
})

testBoth(
  'a queued job is cancelled at once, a running one when it notices, here and from another process',
  async (t, state) => {
    const [hand, other] = [new HandExecute(), new HandExecute()]
    const jobs = makeJobs(t, state, { maxRunningJobs: 1 })
    const elsewhere = makeJobs(t, state, { maxRunningJobs: 1 })
    jobs.start(hand.execute)
    const first = await jobs.submit(submission('1'))
    const call = await hand.call(0)
    const second = await jobs.submit(submission('2'))
    assert.equal((await jobs.cancel(second)).state, 'cancelled')
    assert.equal((await jobs.cancel(first)).isCancelRequested, true)
    assert.equal(call.signal.aborted, true, 'told at once in the same process')
    await untilState(jobs, first, 'cancelled')
    await assert.rejects(jobs.result(first), code('job_not_ended'))

    const third = await jobs.submit(submission('3'))
    const running = await hand.call(1)
    await elsewhere.cancel(third)
    await until('its worker hears of it', 5000, () => running.signal.aborted)
    await untilState(elsewhere, third, 'cancelled')
    assert.equal(other.calls.length, 0)
    assert.deepEqual(
      (await allEvents(jobs, third)).map(({ event }) => event),
      ['queued', 'running', 'cancelled'],
    )
  },
)

testBoth('what the service cannot do now is done later, what fails is kept with its answer', async (t, state) => {
  const hand = new HandExecute()
  const jobs = makeJobs(t, state)
  jobs.start(hand.execute)
  const busy = await jobs.submit(submission('busy'))
  const full = { code: 'queue_full', message: 'More are waiting.', details: { retryAfterMs: 100 } }
  ;(await hand.call(0)).answer({ status: 429, error: full })
  ;(await hand.call(1)).answer({ status: 503, error: { code: 'draining', message: 'It shuts down.', details: {} } })
  ;(await hand.call(2)).answer()
  await untilState(jobs, busy, 'completed')
  assert.equal((await jobs.get(busy)).attempts, 3)

  const refused = await jobs.submit(submission('refused'))
  const error = { code: 'malformed_image', message: 'It is cut.', details: {} }
  ;(await hand.call(3)).answer({ status: 422, body: Buffer.from('{}'), error })
  await untilState(jobs, refused, 'failed')
  assert.deepEqual((await jobs.get(refused)).error, error)
  const result = await jobs.result(refused)
  assert.equal(result.kind === 'answer' && result.answer.status, 422)

  const broken = await jobs.submit(submission('broken'))
  ;(await hand.call(4)).fail(new Error('the executor broke'))
  await untilState(jobs, broken, 'failed')
  assert.equal((await jobs.get(broken)).error?.code, 'internal')
  assert.equal((await jobs.result(broken)).kind, 'error')
})

testBoth('a lane that dies under a job again and again ends it', async (t, state) => {
  const hand = new HandExecute()
  const jobs = makeJobs(t, state, { maxCrashes: 2 })
  jobs.start(hand.execute)
  const id = await jobs.submit(submission('poison'))
  const error = { code: 'lane_failed', message: 'The process that ran the model failed.', details: {} }
  for (let at = 0; at < 2; at++) (await hand.call(at)).answer({ status: 503, error })
  await untilState(jobs, id, 'failed')
  assert.deepEqual([hand.calls.length, (await jobs.get(id)).error?.code], [2, 'lane_failed'])
})

testBoth(
  'closing puts what runs back to the queue, where the next process finds it; draining lets it end',
  async (t, state) => {
    const [hand, next] = [new HandExecute(), new HandExecute()]
    const jobs = makeJobs(t, state)
    jobs.start(hand.execute)
    const id = await jobs.submit(submission('long'))
    await hand.call(0)
    await jobs.close()
    const after = makeJobs(t, state)
    const found = await after.get(id)
    assert.deepEqual([found.state, found.attempts, found.queuePosition], ['queued', 1, 1])
    after.start(next.execute)
    await after.submit(submission('another'))
    const call = await next.call(0)
    assert.equal(String(call.request.body), 'long')
    const other = await next.call(1)
    const drained = after.drain()
    call.answer()
    other.answer()
    await drained
    await untilState(after, id, 'completed')
    await after.submit(submission('too late'))
    assert.equal(next.calls.length, 2)
  },
)

testServer('two workers share a queue of forty: each job runs once', async (t, state) => {
  const hands = [new HandExecute(), new HandExecute()]
  const both = hands.map((hand) => {
    const jobs = makeJobs(t, state, { maxRunningJobs: 4 })
    jobs.start((request, options) => {
      const answer = hand.execute(request, options)
      hand.calls.at(-1)?.answer({ body: request.body })
      return answer
    })
    return jobs
  })
  const ids = await Promise.all(
    Array.from({ length: 40 }, async (_, at) => await both[at % 2]!.submit(submission(`job ${at}`))),
  )
  for (const id of ids) await untilState(both[0]!, id, 'completed')
  const bodies = hands.flatMap(({ calls }) => calls.map(({ request }) => String(request.body)))
  assert.deepEqual([bodies.length, new Set(bodies).size], [40, 40])
  for (const [at, id] of ids.entries()) {
    const result = await both[1]!.result(id)
    assert.equal(result.kind === 'answer' && String(result.answer.body), `job ${at}`)
  }
})

testBoth('films that a request names are read when it is carried out, and are not its own', async (t, state) => {
  const hand = new HandExecute()
  const jobs = makeJobs(t, state)
  const { digest } = await state.intake.put(Buffer.from('a film'))
  const lost = createHash('sha256').update('lost').digest('hex')
  const ask = (...digests: string[]) => {
    const { request, ...rest } = submission('{}')
    return jobs.submit({ ...rest, request: { ...request, films: { field: 'study', digests } } })
  }
  const id = await ask(digest, digest)
  const without = await ask(digest, lost)
  jobs.start(hand.execute)
  const call = await hand.call(0)
  assert.deepEqual(call.films.map(String), ['a film', 'a film'])
  assert.equal(call.request.films?.field, 'study')
  call.answer()
  await untilState(jobs, id, 'completed')
  await untilState(jobs, without, 'failed')
  assert.equal((await jobs.get(without)).error?.code, 'job_lost')
  assert.equal(hand.calls.length, 1)
})

testBoth('damaged bytes of a request fail the job, of an answer are told', async (t, state) => {
  const hand = new HandExecute()
  const jobs = makeJobs(t, state)
  const id = await jobs.submit(submission('precious'))
  const [row] = await state.database.query<{ digest: string }>(
    'select request_digest as digest from radserve.jobs where id = $1',
    [id],
  )
  await state.blobs.removeOlder(row!.digest, -1)
  jobs.start(hand.execute)
  const fine = await jobs.submit(submission('fine'))
  ;(await hand.call(0)).answer()
  await untilState(jobs, id, 'failed')
  assert.equal((await jobs.get(id)).error?.code, 'job_lost')
  await untilState(jobs, fine, 'completed')
  const [answer] = await state.database.query<{ digest: string }>(
    'select answer_digest as digest from radserve.jobs where id = $1',
    [fine],
  )
  await state.blobs.removeOlder(answer!.digest, -1)
  await assert.rejects(jobs.result(fine), code('job_lost'))
})
