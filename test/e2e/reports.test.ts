/** Reports from the whole service with the miniature packs: real lanes, real graphs, a real socket. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ReportReply } from '../../src/http/schemas/reports.js'
import { readEvents, until, type ReadEvent } from '../http/events.js'
import { jobClient, jobsEnvironment } from './job-client.js'
import { film, PACKS, postJson, startService } from './service.js'

const data = (bytes: Uint8Array) => ({ data: Buffer.from(bytes).toString('base64') })
const packFilm = (name: string) => data(readFileSync(join(PACKS, 'tiny-report/1.0.0', name)))
const FIRST = packFilm('film-landscape.png')
const SECOND = packFilm('film-portrait.png')
const ONE = 'there is no pleural effusion. the heart size is normal.'
const MORE = 'there is a small pleural effusion≥1. pneumonia.'
const STREAM = { accept: 'text/event-stream' }

async function read(reply: Promise<Response>): Promise<ReportReply> {
  const answered = await reply
  const text = await answered.text()
  assert.equal(answered.status, 200, text.slice(0, 400))
  return JSON.parse(text) as ReportReply
}

const statesOf = ({ structured }: ReportReply) =>
  Object.fromEntries(structured.map(({ label, state }) => [label, state]))

test('reports, over the wire', async (t) => {
  const { url, service, logLines } = await startService(t, { DEFAULT_MODELS: 'tiny-report', LANES: '1' })
  const report = (body: object, headers: Record<string, string> = {}) => postJson(`${url}/v1/reports`, body, headers)
  const decoderRuns = (): number =>
    service.engine
      .statistics('tiny-report@1.0.0')
      .batches.reduce((sum, { computeInfer }) => sum + computeInfer.count, 0)

  await t.test('the text goes with the films, and what it says is read out of it', async () => {
    const one = await read(report({ images: [FIRST] }))
    assert.deepEqual([one.findings, one.finish_reason, one.status], [ONE, 'stop', 'preliminary'])
    const absent = { 'pleural effusion': 'absent', pneumonia: 'not_mentioned', cardiomegaly: 'absent' }
    assert.deepEqual(statesOf(one), absent)
    const two = await read(report({ study: [FIRST, SECOND] }))
    assert.equal(two.findings, MORE)
    assert.deepEqual(statesOf(two), {
      'pleural effusion': 'present',
      pneumonia: 'present',
      cardiomegaly: 'not_mentioned',
    })
    assert.equal(two.model.name, 'tiny-report')
  })

  await t.test('greedy, beams and the same seed give the same as before', async () => {
    for (const asked of [{}, { beam: 3 }, { temperature: 1.2, top_p: 0.9, seed: 12, deterministic: true }]) {
      const [first, second] = [
        await read(report({ image: FIRST, ...asked })),
        await read(report({ image: FIRST, ...asked })),
      ]
      assert.deepEqual(first, second)
    }
  })

  await t.test('a report alone is that of sixteen at once, whose tokens share runs', async () => {
    const alone = await read(report({ image: FIRST }))
    const before = decoderRuns()
    const many = await Promise.all(
      Array.from({ length: 16 }, (_, at) => read(report({ images: at % 2 === 0 ? [FIRST] : [FIRST, SECOND] }))),
    )
    const runs = decoderRuns() - before
    assert.deepEqual(
      many.map(({ findings }) => findings),
      many.map((_, at) => (at % 2 === 0 ? ONE : MORE)),
    )
    for (const [at, { tokens }] of many.entries()) {
      if (at % 2 === 1) continue
      tokens.forEach(({ log_probability }, index) => {
        assert.ok(Math.abs(log_probability - alone.tokens[index]!.log_probability) <= 1e-5)
      })
    }
    const tokens = many.reduce((sum, own) => sum + own.tokens.length, 0)
    assert.ok(runs < tokens, `${runs} runs for ${tokens} tokens`)
    t.diagnostic(`${tokens} tokens and 16 studies in ${runs} runs`)
  })

  await t.test('a stream says token by token what JSON says at once', async () => {
    const json = await read(report({ study: [FIRST, SECOND], beam: 3 }))
    const events: ReadEvent[] = []
    for await (const event of readEvents(await report({ study: [FIRST, SECOND], beam: 3 }, STREAM))) events.push(event)
    assert.deepEqual(events.at(-2)!.data, json)
    const told = events.filter(({ event }) => event === 'token').map((event) => event.data as { text: string })
    assert.equal(told.map(({ text }) => text).join(''), MORE)
  })

  await t.test('the classifier of the pack is asked too, and where it does not agree, that is told', async () => {
    const { check, disagreements } = await read(report({ study: [FIRST, SECOND], check_with: true }))
    assert.deepEqual([check!.label_set, check!.score_kind, check!.model.name], ['findings', 'softmax', 'tiny-report'])
    const classified = (await (
      await postJson(`${url}/v1/classifications`, { images: [FIRST, SECOND], label_set: 'findings' })
    ).json()) as { data: { labels: { label: string; score: number }[] }[] }
    for (const { label, score, threshold, classifier, text } of check!.labels) {
      const scores = classified.data.map(({ labels }) => labels.find((own) => own.label === label)!.score)
      assert.ok(Math.abs(score - Math.max(...scores)) <= 1e-5)
      assert.equal(threshold, label === 'pneumonia' ? 0.3 : 0.5)
      assert.equal(classifier, score >= threshold ? 'present' : 'absent')
      const isTold = disagreements!.some((own) => own.label === label)
      assert.equal(isTold, (text === 'present') !== (classifier === 'present'))
    }
    const other = await read(report({ image: FIRST, check_with: { model: 'tiny-clip', label_set: 'binary' } }))
    assert.deepEqual([other.check!.model.name, other.check!.score_kind], ['tiny-clip', 'sigmoid'])
    assert.deepEqual(
      other.check!.labels.map(({ label }) => label),
      ['pneumonia'],
    )
  })

  await t.test('the pack does what its towers do, with the same graphs in memory', async () => {
    const embed = async (model: string) =>
      (await postJson(`${url}/v1/embeddings`, { model, input: [{ image: FIRST }, 'pneumonia'] })).json()
    const [own, towers] = [await embed('tiny-report'), await embed('tiny-clip')] as { data: unknown }[]
    assert.deepEqual(own!.data, towers!.data)
    const cards = (await (await fetch(`${url}/v1/models/tiny-report`)).json()) as { reports: object }
    assert.deepEqual(cards.reports, {
      ...{ films: 4, max_tokens: 24, method: 'greedy' },
      findings: ['pleural effusion', 'pneumonia', 'cardiomegaly'],
    })
  })

  await t.test('every refusal is a problem document', async () => {
    const refused = async (body: object): Promise<[number, string]> => {
      const reply = await report(body)
      assert.equal(reply.headers.get('content-type'), 'application/problem+json')
      return [reply.status, ((await reply.json()) as { code: string }).code]
    }
    assert.deepEqual(await refused({ images: [FIRST, FIRST, FIRST, FIRST, FIRST] }), [400, 'invalid_option'])
    assert.deepEqual(await refused({ image: FIRST, model: 'tiny-clip' }), [400, 'task_not_supported'])
    assert.deepEqual(await refused({ image: FIRST, max_tokens: 25 }), [400, 'invalid_option'])
    assert.deepEqual(await refused({ image: FIRST, view_weights: 'patch' }), [400, 'invalid_option'])
    assert.deepEqual(await refused({ image: FIRST, check_with: 'none' }), [400, 'invalid_option'])
    assert.deepEqual(await refused({ image: FIRST, check_with: { model: 'tiny-refers' } }), [400, 'task_not_supported'])
    assert.deepEqual(await refused({ image: FIRST, model: 'tiny-refers', check_with: true }), [400, 'invalid_option'])
    assert.deepEqual(await refused({ image: data(Buffer.from('no film')) }), [415, 'unsupported_media_type'])
    // Four films make the decoder give NaN.
    assert.deepEqual(await refused({ images: [FIRST, FIRST, FIRST, FIRST] }), [500, 'model_output_invalid'])
    assert.ok(logLines.every((line) => !line.includes('effusion')))
  })

  await t.test('REFERS weighs its views, per patch when asked', async () => {
    const asked = { model: 'tiny-refers', images: [data(film()), FIRST], view_weights: 'patch' }
    const { view_weights: shares, patch_weights: patches, options } = await read(report(asked))
    assert.ok(shares!.length === 2 && Math.abs(shares![0]! + shares![1]! - 1) < 1e-6)
    assert.deepEqual([patches!.rows, patches!.columns, patches!.values.length], [4, 4, 2])
    assert.deepEqual([options.method, options.beam], ['beam', 5])
  })
})

test('the service may hold packs shorter than they are', async (t) => {
  const limits = { MAX_REPORT_TOKENS: '5', MAX_REPORT_BEAMS: '2' }
  const { url } = await startService(t, { DEFAULT_MODELS: 'tiny-report', LANES: '1', ...limits })
  const report = (body: object) => postJson(`${url}/v1/reports`, { image: FIRST, ...body })
  const cut = await read(report({}))
  assert.deepEqual([cut.tokens.length, cut.finish_reason, cut.options.max_tokens], [5, 'length', 5])
  const searched = await read(report({ method: 'beam' }))
  assert.equal(searched.options.beam, 2)
})

test('a client that leaves stops the work: what it would have run is not run', async (t) => {
  const { url, service, logLines } = await startService(t, { DEFAULT_MODELS: 'tiny-report', LANES: '1' })
  const runs = (): number =>
    service.engine
      .statistics('tiny-report@1.0.0')
      .batches.reduce((sum, { computeInfer }) => sum + computeInfer.count, 0)
  const runsOfOne = async (): Promise<number> => {
    const before = runs()
    assert.equal((await postJson(`${url}/v1/reports`, { image: FIRST })).status, 200)
    return runs() - before
  }
  const whole = await runsOfOne()
  const before = runs()
  const lane = service.engine.status().lanes[0]!.pid!
  process.kill(lane, 'SIGSTOP')
  const leaving = new AbortController()
  const asked = fetch(`${url}/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...STREAM },
    body: JSON.stringify({ image: SECOND }),
    signal: leaving.signal,
  })
  await until(() => service.engine.status().lanes[0]!.runs === 1)
  leaving.abort()
  await assert.rejects(asked)
  await until(() => logLines.some((line) => line.includes('"status":499')))
  process.kill(lane, 'SIGCONT')
  await runsOfOne()
  // The film's own run was with the lane already.
  assert.ok(runs() - before - whole <= 1)
})

test('a report may be left for later, and is then answered whole, whatever it says of a stream', async (t) => {
  const { url } = await startService(t, { ...(await jobsEnvironment(t)), DEFAULT_MODELS: 'tiny-report', LANES: '1' })
  const jobs = jobClient(url)
  const job = await jobs.submit('/v1/reports', { image: FIRST, stream: true })
  const { state } = await jobs.ended(job.id)
  assert.equal(state, 'completed')
  const result = (await (await jobs.result(job.id)).json()) as ReportReply
  assert.equal(result.findings, ONE)
})
