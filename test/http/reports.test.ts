/** Reports over a real socket: the answer in JSON, in events, from a form and from a raw film, and every refusal. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { HttpOptions } from '../../src/http/options.js'
import { withInnerRequest } from '../../src/http/inner-request.js'
import { withProgress, type Progress } from '../../src/http/progress.js'
import type { ReportReply } from '../../src/http/schemas/reports.js'
import { buildHttp } from './build-http.js'
import { readEvents, until, type ReadEvent } from './events.js'
import { tooLate } from './tiny-report.js'

const FILM = { data: Buffer.from('film').toString('base64') }
const STREAM = { accept: 'text/event-stream' }
const TEXT = 'no effusion . heart normal'

async function start(t: TestContext, http: Partial<HttpOptions> = {}) {
  const { listen, services, lines } = await buildHttp(t, { http })
  const address = await listen()
  const post = (body: object, headers: Record<string, string> = {}, signal?: AbortSignal): Promise<Response> =>
    fetch(`${address}/v1/reports`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    })
  const refused = async (body: object, status: number) => {
    const reply = await post(body)
    const problem = (await reply.json()) as { code: string; limit?: string; errors?: { pointer: string }[] }
    assert.equal(reply.status, status, JSON.stringify(problem))
    return { code: problem.code, limit: problem.limit, pointer: problem.errors?.[0]?.pointer }
  }
  return { address, services, lines, post, refused }
}

async function eventsOf(reply: Response): Promise<ReadEvent[]> {
  const events: ReadEvent[] = []
  for await (const event of readEvents(reply)) events.push(event)
  return events
}

const read = async (reply: Response): Promise<ReportReply> => (await reply.json()) as ReportReply

test('a report is preliminary, says that it is no diagnosis, and what it is made of', async (t) => {
  const { post } = await start(t)
  const reply = await post({ images: [FILM] })
  assert.equal(reply.headers.get('x-model-digest'), 'd'.repeat(64))
  assert.match(reply.headers.get('server-timing')!, /^decode;dur=/)
  const report = await read(reply)
  assert.deepEqual([report.object, report.status, report.findings], ['report', 'preliminary', TEXT])
  assert.match(report.notice, /not a diagnosis/)
  assert.equal(report.finish_reason, 'stop')
  assert.deepEqual(
    report.tokens.map(({ token, text }) => [token, text]),
    [
      ['no', 'no'],
      ['effusion', ' effusion'],
      ['.', ' .'],
      ['heart', ' heart'],
      ['normal', ' normal'],
      ['</s>', ''],
    ],
  )
  assert.equal(report.tokens.map(({ text }) => text).join(''), report.findings)
  const sum = report.tokens.reduce((all, { log_probability }) => all + log_probability, 0)
  assert.ok(Math.abs(sum - report.log_probability) < 1e-9 && sum < 0)
  assert.deepEqual(report.structured, [{ label: 'effusion', state: 'absent', phrase: 'no effusion' }])
  assert.deepEqual(report.options, { method: 'greedy', max_tokens: 8, no_repeat_ngram: 0 })
  assert.deepEqual([report.warnings, report.check, report.disagreements], [[], undefined, undefined])
})

test('images, study, a form and a raw film are the same films', async (t) => {
  const { post, address, services } = await start(t)
  const film = Buffer.from('film')
  const form = new FormData()
  form.append('image', new Blob([film], { type: 'image/png' }), 'a.png')
  form.append('image', new Blob([film], { type: 'image/png' }), 'b.png')
  form.append('check_with', 'true')
  const url = `${address}/v1/reports`
  const asked = [
    await post({ images: [FILM, FILM] }),
    await post({ study: [FILM, FILM] }),
    await fetch(url, { method: 'POST', body: form }),
    await fetch(`${url}?max_tokens=3`, { method: 'POST', headers: { 'content-type': 'image/png' }, body: film }),
  ]
  assert.deepEqual(
    asked.map(({ status }) => status),
    [200, 200, 200, 200],
  )
  assert.deepEqual(
    services.report.asked.map(({ images }) => images.map((bytes) => Buffer.from(bytes).toString())),
    [['film', 'film'], ['film', 'film'], ['film', 'film'], ['film']],
  )
  assert.deepEqual(services.report.asked[2]!.check, {})
  const cut = await read(asked[3]!)
  assert.deepEqual([cut.findings, cut.finish_reason], ['no effusion .', 'length'])
  assert.deepEqual(
    cut.warnings.map(({ code }) => code),
    ['cut_short'],
  )
})

test('what is asked reaches the flow, and the answer says what was done', async (t) => {
  const { post, services } = await start(t)
  const beam = { beam: 2, length_penalty: 0.5, early_stopping: 'never', no_repeat_ngram: 3 }
  const searched = await read(await post({ images: [FILM], ...beam }))
  assert.deepEqual(searched.options, { method: 'beam', max_tokens: 8, ...beam })
  const drawing = { temperature: 0.5, top_k: 4, top_p: 0.9, seed: '18446744073709551615' }
  const drawn = await read(await post({ images: [FILM], ...drawing }))
  assert.deepEqual(drawn.options, { method: 'sample', max_tokens: 8, no_repeat_ngram: 0, ...drawing })
  const seeded = await read(await post({ images: [FILM], method: 'sample' }))
  assert.equal(seeded.options.seed, 7)
  await post({ images: [FILM], view_weights: 'film', check_with: 'binary', deterministic: true })
  await post({ images: [FILM], check_with: { model: 'tiny', label_set: 'x' } })
  await post({ images: [FILM], check_with: false })
  const checks = services.report.asked.slice(-3).map(({ check }) => check)
  assert.deepEqual(checks, [{ labelSet: 'binary' }, { model: 'tiny', labelSet: 'x' }, undefined])
  assert.equal(services.demands.at(-3)!.isDeterministic, true)
})

test('what text and classifier do not agree on is told', async (t) => {
  const { post } = await start(t)
  const { check, disagreements } = await read(await post({ images: [FILM], check_with: true }))
  const label = { label: 'effusion', classifier_label: 'effusion', text: 'absent', classifier: 'present' }
  assert.deepEqual(disagreements, [{ ...label, score: 0.9, threshold: 0.5 }])
  assert.deepEqual(check!.labels, disagreements)
  assert.deepEqual([check!.model.name, check!.score_kind], ['tiny', 'probability'])
})

test('tokens come one by one, then the answer that JSON gets, then the end', async (t) => {
  const { post } = await start(t)
  const json = await read(await post({ images: [FILM] }))
  for (const [body, headers] of [
    [{ images: [FILM] }, STREAM],
    [{ images: [FILM], stream: true }, {}],
  ] as const) {
    const events = await eventsOf(await post(body, headers))
    const names = events.map(({ event }) => event)
    assert.deepEqual(names, [...json.tokens.map(() => 'token'), 'result', 'end'])
    assert.deepEqual(
      events.slice(0, -2).map(({ data }) => data),
      json.tokens.map((token, index) => ({ index, ...token })),
    )
    assert.deepEqual(events.at(-2)!.data, json)
  }
})

test('a token is told before the next one is written', async (t) => {
  const { post, services } = await start(t)
  const steps: (() => void)[] = []
  services.report.beforeStep = () => new Promise((resolve) => steps.push(resolve))
  const asked = post({ images: [FILM], max_tokens: 3 }, STREAM)
  await until(() => steps.length === 1)
  steps[0]!()
  const events = readEvents(await asked)
  for (const index of [0, 1]) {
    const { value } = await events.next()
    assert.equal((value as ReadEvent & { data: { index: number } }).data.index, index)
    assert.equal(services.report.steps, index + 1)
    await until(() => steps.length === index + 2)
    steps[index + 1]!()
  }
  assert.equal(((await events.next()).value as ReadEvent).event, 'token')
  assert.equal(((await events.next()).value as ReadEvent).event, 'result')
})

test('whoever waits for a job hears of each token, and gets the answer whole', async (t) => {
  const { app } = await buildHttp(t)
  const heard: Progress[] = []
  const inner = {
    signal: new AbortController().signal,
    timeoutMs: 10_000,
    job: { id: 'x', owner: 'anonymous' },
    onProblem: () => undefined,
  }
  const payload = { images: [FILM], stream: true }
  const reply = await withProgress(
    (progress) => heard.push(progress),
    () => withInnerRequest(inner, async () => await app.inject({ method: 'POST', url: '/v1/reports', payload })),
  )
  assert.equal(reply.json<ReportReply>().findings, TEXT)
  assert.deepEqual(
    heard.map(({ step, of }) => [step, of]),
    [1, 2, 3, 4, 5, 6].map((step) => [step, 8]),
  )
})

test('films that the service asks itself about stand in the body, as if they had been sent', async (t) => {
  const { app } = await buildHttp(t, { http: { maxBodyBytes: 200 } })
  const ask = (count: number, payload: object, film = Buffer.from(FILM.data, 'base64')) => {
    const files = Array.from({ length: count }, () => film)
    const inner = {
      ...{ signal: new AbortController().signal, timeoutMs: 10_000, job: { id: 'x', owner: 'intake' } },
      onProblem: () => undefined,
      films: { field: 'study' as const, files },
    }
    return withInnerRequest(inner, async () => await app.inject({ method: 'POST', url: '/v1/reports', payload }))
  }
  assert.equal((await ask(2, {})).json<ReportReply>().findings, TEXT)
  assert.equal((await ask(1, { study: [FILM, FILM] })).statusCode, 200)
  assert.equal((await ask(0, {})).statusCode, 400)
  // As much as may be sent, and no more: what waits for room that never comes would wait for ever.
  assert.equal((await ask(2, {}, Buffer.alloc(100))).statusCode, 200)
  assert.equal((await ask(2, {}, Buffer.alloc(101))).statusCode, 413)
})

test('silence is filled with comments', async (t) => {
  const { post, services } = await start(t, { eventHeartbeatMs: 20 })
  let release = (): void => undefined
  services.report.beforeStep = () => new Promise((resolve) => (release = resolve))
  const reply = await post({ images: [FILM], max_tokens: 1 }, STREAM)
  const { value } = (await reply.body!.getReader().read()) as { value: Uint8Array }
  assert.equal(Buffer.from(value).toString(), ': heartbeat\n\n')
  release()
})

test('a stream that its deadline cuts says so; without a stream it is a 504', async (t) => {
  const { post, services } = await start(t)
  services.report.beforeStep = (step) => (step === 4 ? Promise.reject(tooLate()) : Promise.resolve())
  const events = await eventsOf(await post({ images: [FILM] }, STREAM))
  assert.deepEqual(
    events.map(({ event }) => event),
    ['token', 'token', 'token', 'result', 'end'],
  )
  const result = events.at(-2)!.data as ReportReply
  assert.deepEqual([result.findings, result.finish_reason], ['no effusion .', 'deadline'])
  assert.deepEqual(
    result.warnings.map(({ code }) => code),
    ['cut_short'],
  )
  assert.equal((await post({ images: [FILM] })).status, 504)
  services.report.beforeStep = () => Promise.reject(tooLate())
  // Nothing is written yet: there is nothing to answer with.
  assert.equal((await post({ images: [FILM] }, STREAM)).status, 504)
})

test('a client that leaves stops the work within one token', async (t) => {
  const { post, services, lines } = await start(t)
  const leaving = new AbortController()
  services.report.beforeStep = async (step) => {
    if (step !== 3) return
    leaving.abort()
    await until(() => services.demands.at(-1)!.signal.aborted)
  }
  await assert.rejects(post({ images: [FILM] }, STREAM, leaving.signal).then(eventsOf))
  await until(() => lines.some(({ status }) => status === 499))
  assert.equal(services.report.steps, 2)
})

test('every refusal has its code and its place', async (t) => {
  const { refused, post, services } = await start(t, { maxReportTokens: 6, maxReportBeams: 4, maxImages: 3 })
  const bad: readonly (readonly [body: object, status: number, code: string, where?: string])[] = [
    [{}, 400, 'malformed_body', '/images'],
    [{ images: [] }, 400, 'malformed_body', '/images'],
    [{ study: [] }, 400, 'malformed_body', '/study'],
    [{ study: [FILM], image: FILM }, 400, 'malformed_body', '/study'],
    [{ images: [FILM, FILM, FILM] }, 400, 'invalid_option'],
    [{ images: [FILM, FILM, FILM, FILM] }, 413, 'too_large', 'MAX_IMAGES'],
    [{ image: FILM, max_tokens: 7 }, 413, 'too_large', 'MAX_REPORT_TOKENS'],
    [{ image: FILM, beam: 5 }, 413, 'too_large', 'MAX_REPORT_BEAMS'],
    [{ image: FILM, max_tokens: 0 }, 400, 'malformed_body', '/max_tokens'],
    [{ image: FILM, method: 'dream' }, 400, 'malformed_body', '/method'],
    [{ image: FILM, temperature: 0 }, 400, 'malformed_body', '/temperature'],
    [{ image: FILM, top_p: 1.1 }, 400, 'malformed_body', '/top_p'],
    [{ image: FILM, seed: '18446744073709551616' }, 400, 'malformed_body', '/seed'],
    [{ image: FILM, check_with: 3 }, 400, 'malformed_body', '/check_with'],
    [{ image: FILM, method: 'greedy', seed: 3 }, 400, 'invalid_option', '/seed'],
    [{ image: FILM, method: 'beam', temperature: 2 }, 400, 'invalid_option', '/temperature'],
    [{ image: FILM, beam: 2, seed: 3 }, 400, 'invalid_option', '/seed'],
    [{ image: FILM, method: 'sample', length_penalty: 2 }, 400, 'invalid_option', '/length_penalty'],
    [{ image: FILM, model: 'none' }, 404, 'model_not_found'],
  ]
  for (const [body, status, code, where] of bad) {
    const found = await refused(body, status)
    assert.equal(found.code, code, JSON.stringify(body))
    if (where !== undefined) assert.equal(where.startsWith('/') ? found.pointer : found.limit, where)
    // A stream that has not begun is refused the same way.
    assert.equal((await post({ ...body, stream: true })).status, status)
  }
  assert.equal((await post({ image: FILM }, { accept: 'image/png' })).status, 406)
  assert.equal(services.report.steps, 0)
})
