/** Images over a real socket: events on the way, OpenAI's client, and clients that leave. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import OpenAI, { toFile } from 'openai'
import { AppError } from '../../src/errors.js'
import { syntheticSourceOf } from '../../src/imaging/mark/source.js'
import { buildHttp } from './build-http.js'
import { readEvents, until, type ReadEvent } from './events.js'

const PROMPT = 'chest radiograph, pneumonia'

function post(address: string, body: object, headers: Record<string, string> = {}, signal?: AbortSignal) {
  return fetch(`${address}/v1/images/generations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ prompt: PROMPT, ...body }),
    ...(signal && { signal }),
  })
}

async function eventsOf(reply: Response): Promise<ReadEvent[]> {
  const events: ReadEvent[] = []
  for await (const event of readEvents(reply)) events.push(event)
  return events
}

const STREAM = { accept: 'text/event-stream' }

test('progress comes step by step, then the answer that JSON gets, then the end', async (t) => {
  const { listen } = await buildHttp(t)
  const address = await listen()
  const events = await eventsOf(await post(address, { steps: 3, seed: 5, preview_every: 2 }, STREAM))
  assert.deepEqual(
    events.map(({ event }) => event),
    ['progress', 'progress', 'progress', 'result', 'end'],
  )
  const [first, second, third, result] = events.map(({ data }) => data as Record<string, unknown>)
  assert.deepEqual(first, { step: 1, of: 3, eta_ms: 10 })
  assert.deepEqual(third, { step: 3, of: 3, eta_ms: 0 })
  const [preview] = second!['previews'] as { b64_json: string }[]
  assert.equal(syntheticSourceOf(Buffer.from(preview!.b64_json, 'base64')), 'trainedAlgorithmicMedia')
  const json = (await (await post(address, { steps: 3, seed: 5 })).json()) as Record<string, unknown>
  // Only these two tell one moment from another.
  const timeless = { created: 0, timings: {} }
  assert.deepEqual({ ...result, ...timeless }, { ...json, ...timeless })
})

test('a step is told before the next one is done', async (t) => {
  const { listen, services } = await buildHttp(t)
  const steps: (() => void)[] = []
  services.generate.beforeStep = () => new Promise((resolve) => steps.push(resolve))
  const asked = listen().then((address) => post(address, { steps: 3 }, STREAM))
  await until(() => steps.length === 1)
  steps[0]!()
  const events = readEvents(await asked)
  for (const step of [1, 2, 3]) {
    const { value } = await events.next()
    assert.equal((value as ReadEvent & { data: { step: number } }).data.step, step)
    assert.equal(services.generate.steps, step)
    steps[step]?.()
  }
  assert.equal(((await events.next()).value as ReadEvent).event, 'result')
})

test('a client that leaves mid-stream stops the work within one step', async (t) => {
  const { listen, services, lines } = await buildHttp(t)
  const address = await listen()
  for (const body of [{}, { stream: true, partial_images: 3 }]) {
    const leaving = new AbortController()
    services.generate.steps = 0
    let atLeaving = 0
    services.generate.beforeStep = async (step) => {
      if (step === 3) {
        leaving.abort()
        await until(() => services.demands.at(-1)!.signal.aborted)
        atLeaving = services.generate.steps
      }
    }
    await assert.rejects(post(address, { steps: 100, ...body }, STREAM, leaving.signal).then(eventsOf))
    await until(() => atLeaving > 0 && lines.some(({ status }) => status === 499))
    assert.equal(services.generate.steps, atLeaving)
    assert.equal(atLeaving, 2)
    lines.length = 0
  }
})

test('refusals before the first step keep their status; later ones are events', async (t) => {
  const { listen, services } = await buildHttp(t)
  const address = await listen()
  for (const [body, status] of [
    [{ steps: 0 }, 400],
    [{ size: '81x64' }, 400],
    [{ prompt: 'Mr. Smith' }, 422],
    [{ model: 'none' }, 404],
  ] as const) {
    assert.equal((await post(address, body, STREAM)).status, status)
    assert.equal((await post(address, { ...body, stream: true })).status, status)
  }
  services.generate.beforeStep = (step) =>
    step === 3 ? Promise.reject(new AppError('deadline_exceeded', 'Too late.')) : Promise.resolve()
  const events = await eventsOf(await post(address, {}, STREAM))
  const { event, data } = events.at(-1)!
  assert.deepEqual([event, (data as { code: string }).code], ['error', 'deadline_exceeded'])
})

test("OpenAI's client: generate", async (t) => {
  const { listen } = await buildHttp(t)
  const client = new OpenAI({ baseURL: `${await listen()}/v1`, apiKey: 'none', maxRetries: 0 })
  const reply = await client.images.generate({
    ...{ prompt: PROMPT, model: 'tiny', n: 2, quality: 'auto', background: 'opaque', output_format: 'webp' },
    ...{
      moderation: 'auto',
      response_format: 'b64_json',
      style: null,
      user: 'me',
      output_compression: 90,
      size: 'auto',
    },
  })
  assert.equal(reply.data!.length, 2)
  assert.equal(reply.output_format, 'webp')
  assert.equal(reply.usage!.input_tokens, 7)
  for (const { b64_json } of reply.data!)
    assert.equal(syntheticSourceOf(Buffer.from(b64_json!, 'base64')), 'trainedAlgorithmicMedia')
  await assert.rejects(client.images.generate({ prompt: PROMPT, response_format: 'url' }), (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError)
    assert.deepEqual([error.code, error.param], ['invalid_option', 'response_format'])
    return true
  })
})

test("OpenAI's client: generate, streaming", async (t) => {
  const { listen } = await buildHttp(t)
  const client = new OpenAI({ baseURL: `${await listen()}/v1`, apiKey: 'none', maxRetries: 0 })
  const stream = await client.images.generate({ prompt: PROMPT, stream: true, partial_images: 3 })
  const events = []
  for await (const event of stream) events.push(event)
  assert.deepEqual(
    events.map(({ type }) => type),
    [...Array.from({ length: 3 }, () => 'image_generation.partial_image'), 'image_generation.completed'],
  )
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'image_generation.partial_image' ? [event.partial_image_index] : [])),
    [0, 1, 2],
  )
  const last = events.at(-1)!
  assert.ok(last.type === 'image_generation.completed')
  assert.equal(last.usage.total_tokens, 7)
  assert.deepEqual([last.output_format, last.size, last.background], ['png', '80x64', 'opaque'])
  const one = await client.images.generate({ prompt: PROMPT })
  assert.equal(last.b64_json, one.data![0]!.b64_json)
})

test("OpenAI's client: edit, plain and streaming, with a mask", async (t) => {
  const { listen, services } = await buildHttp(t)
  const client = new OpenAI({ baseURL: `${await listen()}/v1`, apiKey: 'none', maxRetries: 0 })
  const film = await toFile(Buffer.from([1, 2, 3]), 'film.png', { type: 'image/png' })
  const mask = await toFile(Buffer.from([9]), 'mask.png', { type: 'image/png' })
  const reply = await client.images.edit({ image: film, mask, prompt: PROMPT, n: 2, size: '1024x1024' })
  assert.equal(reply.data!.length, 2)
  assert.equal(
    syntheticSourceOf(Buffer.from(reply.data![0]!.b64_json!, 'base64')),
    'compositeWithTrainedAlgorithmicMedia',
  )
  const stream = await client.images.edit({ image: [film], prompt: PROMPT, stream: true, partial_images: 1 })
  const events = []
  for await (const event of stream) events.push(event)
  assert.deepEqual(
    events.map(({ type }) => type),
    ['image_edit.partial_image', 'image_edit.completed'],
  )
  const [first, second] = services.generate.asked as { film?: Uint8Array; mask?: Uint8Array; size?: object }[]
  assert.deepEqual([first!.film, first!.mask], [Buffer.from([1, 2, 3]), Buffer.from([9])])
  assert.deepEqual(first!.size, { width: 1024, height: 1024 })
  assert.deepEqual([second!.film, second!.mask], [Buffer.from([1, 2, 3]), undefined])
})

test("OpenAI's client: what fails on the way is thrown, with its code", async (t) => {
  const { listen, services } = await buildHttp(t)
  let hear: () => void = () => undefined
  const heard = new Promise<void>((resolve) => (hear = resolve))
  services.generate.beforeStep = async (step) => {
    if (step < 3) return
    await heard
    throw new AppError('lane_failed', 'It died.')
  }
  const client = new OpenAI({ baseURL: `${await listen()}/v1`, apiKey: 'none', maxRetries: 0 })
  const stream = await client.images.generate({ prompt: PROMPT, stream: true, partial_images: 3 })
  const drain = async () => {
    for await (const event of stream) {
      assert.equal(event.type, 'image_generation.partial_image')
      hear()
    }
  }
  await assert.rejects(drain(), (error) => error instanceof OpenAI.APIError && error.code === 'lane_failed')
})
