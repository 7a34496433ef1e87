/** The client against the whole service: real lanes, miniature packs, real sockets. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConnectionError, createClient, ProblemError } from '../../src/client/client.js'
import { filmAt } from '../../src/client/node.js'
import { jobsEnvironment } from '../e2e/job-client.js'
import { film, FIXTURES, PACKS, startService } from '../e2e/service.js'
import { embeddedFolder } from '../state/kinds.js'
import { until } from '../e2e/server.js'

const PATH = join(FIXTURES, 'imaging/films/nih_00001362_001.jpg')
const DRAWN = { model: 'tiny-sd-v', prompt: 'Cardiomegaly with small right pleural effusion.' }

const isPng = async (blob: Blob): Promise<boolean> =>
  Buffer.from(await blob.arrayBuffer())
    .subarray(1, 4)
    .toString() === 'PNG'

test('every task, with the films of a path, a Buffer, a Blob and base64', async (t) => {
  const { url } = await startService(t, { DEFAULT_MODELS: 'tiny-gloria,tiny-lvit,tiny-sd-v,tiny-report' })
  const client = createClient({ baseUrl: `${url}/` })
  const fromPath = await filmAt(PATH)

  await t.test('embed', async () => {
    const forms = [fromPath, film(), new Blob([new Uint8Array(film())]), { data: film().toString('base64') }]
    const reply = await client.embed({ input: ['effusion', ...forms.map((image) => ({ image }))] })
    assert.deepEqual(
      reply.data.map(({ kind }) => kind),
      ['text', 'image', 'image', 'image', 'image'],
    )
    const [, first, ...others] = reply.data
    for (const other of others) assert.deepEqual(other.embedding, first!.embedding)
  })

  await t.test('compare, classify and its map as a file', async () => {
    const compared = await client.compare({ images: [film()], texts: ['effusion', 'normal'] })
    assert.deepEqual(
      compared.data.map(({ image, text }) => [image, text]),
      [
        [0, 0],
        [0, 1],
      ],
    )
    let digest: string | null = null
    const onResponse = ({ headers }: Response): void => void (digest = headers.get('x-model-digest'))
    const asked = { image: fromPath, labels: ['effusion', 'normal'] }
    const classified = await client.classify(asked, { onResponse })
    assert.deepEqual(classified.data[0]!.labels.map(({ label }) => label).sort(), ['effusion', 'normal'])
    assert.equal(digest, classified.model.digest)
    assert.ok(await isPng(await client.classify.file(asked, 'image/png')))
  })

  await t.test('segment', async () => {
    const reply = await client.segment({ image: fromPath, text: 'left lung', output: ['contours'] })
    assert.deepEqual([reply.data[0]!.image, reply.data[0]!.text], [0, 0])
    assert.ok(await isPng(await client.segment.file({ image: fromPath, text: 'left lung' }, 'image/png')))
  })

  await t.test('generate and edit, at once and as they are drawn', async () => {
    const once = await client.generate({ ...DRAWN, steps: 4, seed: 7, deterministic: true })
    const steps: number[] = []
    let last: string | undefined
    const asked = { ...DRAWN, steps: 4, seed: 7, deterministic: true, preview_every: 2 }
    for await (const event of client.generate.stream(asked)) {
      if (event.event === 'progress') steps.push(event.data.step)
      else last = event.data.data[0]!.b64_json
    }
    assert.deepEqual(steps, [1, 2, 3, 4])
    assert.equal(last, once.data[0]!.b64_json)
    const edited = await client.edit({
      ...DRAWN,
      image: await filmAt(join(FIXTURES, 'diffusion/film.png')),
      strength: 0.5,
    })
    assert.ok(edited.data[0]!.b64_json.length > 100)
    assert.ok(await isPng(await client.generate.file({ ...DRAWN, steps: 2 }, 'image/png')))
  })

  await t.test('report, token by token', async () => {
    const image = await filmAt(join(PACKS, 'tiny-report/1.0.0/film-landscape.png'))
    let text = ''
    for await (const { event, data } of client.report.stream({ images: [image] })) {
      if (event === 'token') text += data.text
      else assert.equal(data.findings, text.trim())
    }
    assert.equal((await client.report({ images: [image] })).findings, text.trim())
  })

  await t.test('models, and any other call by its path', async () => {
    const names = (await client.models.list()).map(({ name }) => name)
    assert.ok(names.includes('tiny-gloria'))
    assert.equal((await client.models.load('tiny-clip')).state, 'ready')
    await client.models.unload('tiny-clip')
    assert.equal((await client.models.get('tiny-clip@1.0.0')).version, '1.0.0')
    assert.equal((await client.request('get', '/health/ready', {})).ready, true)
  })

  await t.test('a problem says its code, its fields and the request', async () => {
    const failed = client.classify({ image: film(), labels: [] })
    await assert.rejects(failed, (error) => {
      assert.ok(error instanceof ProblemError)
      assert.deepEqual(
        [error.status, error.code, error.problem.errors?.[0]?.pointer],
        [400, 'malformed_body', '/labels'],
      )
      assert.match(error.requestId!, /^[0-9a-f-]{36}$/)
      assert.match(error.message, /\/labels/)
      return true
    })
    await assert.rejects(client.models.get('nobody'), { name: 'ProblemError', code: 'model_not_found', status: 404 })
  })

  await t.test('leaving a stream, and a signal, stop the work', async () => {
    const long = { ...DRAWN, steps: 50, n: 4 }
    for await (const { event } of client.generate.stream(long)) if (event === 'progress') break
    const controller = new AbortController()
    const reason = new Error('seen enough')
    const seen = (async () => {
      for await (const { event } of client.generate.stream(long, { signal: controller.signal }))
        if (event === 'progress') controller.abort(reason)
    })()
    await assert.rejects(seen, reason)
    const left = AbortSignal.abort(reason)
    await assert.rejects(client.generate(long, { signal: left }), reason)
    await assert.rejects(client.generate(long, { timeoutMs: 50 }), { name: 'ConnectionError', code: 'timeout' })
    await until('the service has noticed', 10_000, async () => (await cancelledRuns(url)) >= 3)
  })
})

async function cancelledRuns(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const lines = text.split('\n').filter((line) => line.startsWith('radserve_http_requests_total') && /"499"/.test(line))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

test('jobs: events, the answer, cancel, a failure, the same job again', async (t) => {
  const { url, service } = await startService(t, { DEFAULT_MODELS: 'tiny-sd-v', ...(await jobsEnvironment(t)) })
  await service.state.open()
  const client = createClient({ baseUrl: url })
  const job = await client.generate.submit({ ...DRAWN, steps: 4, seed: 3 }, { priority: 'stat', idempotencyKey: 'one' })
  const events: string[] = []
  const reply = await job.wait({ onEvent: ({ event }) => events.push(event) })
  assert.equal(reply.data[0]!.seed, 3)
  assert.deepEqual([events.at(0), events.at(-1)], ['queued', 'completed'])
  assert.equal((await job.state()).priority, 'stat')
  const again = await client.generate.submit({ ...DRAWN, steps: 4, seed: 3 }, { idempotencyKey: 'one' })
  assert.equal(again.id, job.id)
  const last: string[] = []
  for await (const { event } of job.events({ after: '2' })) last.push(event)
  assert.equal(last.at(-1), 'completed')
  assert.ok(!last.includes('queued'), 'events before are left out')

  const failed = await client.embed.submit({ model: 'nobody', input: 'effusion' })
  await assert.rejects(failed.wait(), { name: 'ProblemError', code: 'model_not_found', status: 404 })

  const long = await client.generate.submit({ ...DRAWN, steps: 50, n: 4 })
  for await (const { event } of long.events()) if (event === 'running') await long.cancel()
  await assert.rejects(long.wait(), { name: 'ProblemError', code: 'cancelled' })
  const cancelled: string[] = []
  for await (const { id } of client.jobs.list({ state: 'cancelled' })) cancelled.push(id)
  assert.deepEqual(cancelled, [long.id])
  assert.match((await client.jobs.open(job.id).file()).type, /^application\/json/)
})

test('indexes: made, filled, searched and emptied', async (t) => {
  const { url, service } = await startService(t, { DATA_DIR: await embeddedFolder() })
  await service.state.open()
  const client = createClient({ baseUrl: url })
  await client.indexes.put('films', { model: 'tiny-clip', metadata: { view: 'string' } })
  const items = [
    { id: 'film', image: film(), metadata: { view: 'PA' } },
    { id: 'text', text: 'effusion' },
  ]
  const added = await client.indexes.add('films', items)
  assert.deepEqual([added.refused, added.data.map(({ status }) => status)], [0, ['written', 'written']])
  const found = await client.indexes.search('films', { image: film(), k: 1 })
  assert.equal(found.data[0]!.id, 'film')
  await client.indexes.remove('films', 'text')
  const left: string[] = []
  for await (const { id } of client.indexes.items('films')) left.push(id)
  assert.deepEqual(left, ['film'])
  await client.indexes.delete('films')
  assert.deepEqual(await client.indexes.list(), [])
})

test('nobody at the address', async () => {
  const client = createClient({ baseUrl: 'http://127.0.0.1:9', maxRetries: 1 })
  await assert.rejects(
    client.models.list(),
    (error) => error instanceof ConnectionError && error.code === 'unreachable',
  )
})
