import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { AppError } from '../../src/errors.js'
import { openAiShape } from '../../src/http/problem.js'
import { streamEvents, type EventSink } from '../../src/http/sse.js'
import { buildHttp } from './build-http.js'
import { readEvents, until } from './events.js'

const LONG_MS = 60_000

/** A route `/events` that does what a test says, under the rest of the service's plugins. */
async function serve(
  t: TestContext,
  produce: (sink: EventSink, signal: AbortSignal) => Promise<void>,
  heartbeatMs = LONG_MS,
) {
  const { app, lines } = await buildHttp(t, {
    routes: (scope) =>
      scope.get('/events', (request, reply) =>
        streamEvents(request, reply, { heartbeatMs, shape: openAiShape, retryMs: 2000 }, (sink) =>
          produce(sink, request.exchange.signal),
        ),
      ),
  })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url: `${address}/events`, lines }
}

/** A client that sends its request and reads nothing until it is told to. */
function deafClient(t: TestContext, url: string): Socket {
  const { hostname, port, pathname } = new URL(url)
  const socket = connect(Number(port), hostname)
  t.after(() => socket.destroy())
  socket.pause()
  socket.write(`GET ${pathname} HTTP/1.1\r\nhost: x\r\n\r\n`)
  return socket
}

test('events arrive one by one, with ids, names and JSON in one line, under headers that proxies respect', async (t) => {
  let release: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (release = resolve))
  const { url } = await serve(t, async (sink) => {
    await sink.send({ event: 'first', id: '1', data: { text: 'a\nb' } })
    await gate
    await sink.send({ event: 'second', data: [1] })
  })
  const reply = await fetch(url)
  assert.equal(reply.status, 200)
  assert.equal(reply.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  assert.equal(reply.headers.get('cache-control'), 'no-cache, no-transform')
  assert.equal(reply.headers.get('x-accel-buffering'), 'no')
  assert.ok(reply.headers.get('x-request-id'))
  const events = readEvents(reply)
  // The second is not made before the first has arrived.
  assert.deepEqual((await events.next()).value, { event: 'first', id: '1', retry: '2000', data: { text: 'a\nb' } })
  release()
  assert.deepEqual((await events.next()).value, { event: 'second', data: [1] })
  assert.equal((await events.next()).done, true)
})

test('what fails before the first event is an ordinary problem with its status', async (t) => {
  const { url } = await serve(t, () =>
    Promise.reject(new AppError('queue_full', 'Full.', { details: { retryAfterMs: 2300 } })),
  )
  const reply = await fetch(url)
  assert.deepEqual([reply.status, reply.headers.get('retry-after')], [429, '3'])
  assert.equal(((await reply.json()) as { code: string }).code, 'queue_full')
})

test('what fails later is an event with the problem document, and the log line has its code', async (t) => {
  const { url, lines } = await serve(t, async (sink) => {
    await sink.send({ event: 'first', data: 1 })
    throw new AppError('lane_failed', 'the secret reason')
  })
  const events = readEvents(await fetch(url))
  await events.next()
  const { event, data } = (await events.next()).value as { event: string; data: Record<string, unknown> }
  assert.equal(event, 'error')
  assert.deepEqual([data['code'], data['status']], ['lane_failed', 503])
  assert.ok(data['error'], 'what OpenAI’s clients read')
  assert.doesNotMatch(JSON.stringify(data), /secret/)
  assert.equal((await events.next()).done, true)
  await until(() => lines.some(({ msg, code }) => msg === 'request' && code === 'lane_failed'))
  assert.ok(lines.some((line) => JSON.stringify(line).includes('the secret reason')))
})

test('silence is filled with comments, which also begin the answer', async (t) => {
  let release: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (release = resolve))
  const { url } = await serve(t, () => gate, 20)
  const reply = await fetch(url)
  const reader = reply.body!.getReader()
  let text = ''
  while (!text.includes(': heartbeat\n\n: heartbeat\n\n'))
    text += new TextDecoder().decode((await reader.read()).value as Uint8Array)
  assert.match(text, /^retry: 2000\n\n: heartbeat\n\n/)
  release()
  while (!(await reader.read()).done);
})

test('a client that leaves aborts the work, and what is sent then is refused', async (t) => {
  let seen: AbortSignal | undefined
  let refusal: unknown
  const { url, lines } = await serve(t, async (sink, signal) => {
    seen = signal
    await sink.send({ event: 'first', data: 1 })
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    sink.offer({ event: 'unheard', data: 1 })
    await sink.send({ event: 'second', data: 2 }).catch((error: unknown) => (refusal = error))
    throw new AppError('cancelled', 'The client left.')
  })
  const leaving = new AbortController()
  const reply = await fetch(url, { signal: leaving.signal })
  await readEvents(reply).next()
  leaving.abort()
  await until(() => refusal !== undefined)
  assert.equal(seen!.aborted, true)
  assert.equal((refusal as AppError).code, 'cancelled')
  await until(() => lines.some(({ status }) => status === 499))
  assert.equal(lines.filter(({ level }) => level === 50).length, 0)
})

test('a client that reads nothing holds up the sender, not the memory', async (t) => {
  const big = 'x'.repeat(1 << 20)
  let sent = 0
  const { url } = await serve(t, async (sink) => {
    for (; sent < 64; sent++) await sink.send({ event: 'big', data: big })
  })
  const socket = deafClient(t, url)
  await until(() => sent > 0)
  // It has stalled when turns of the event loop go by and nothing more is sent.
  let before = -1
  while (before !== sent) {
    before = sent
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  assert.ok(sent < 40, `${sent} MB were taken by nobody`)
  socket.resume()
  await until(() => sent === 64)
})

test('news for a client that does not keep up are left out, the last word is not', async (t) => {
  const big = 'x'.repeat(1 << 20)
  let isDone = false
  const { url } = await serve(t, async (sink) => {
    await sink.send({ event: 'first', data: 1 })
    for (let step = 0; step < 200; step++) {
      sink.offer({ event: 'progress', data: big })
      await new Promise((resolve) => setImmediate(resolve))
    }
    isDone = true
    await sink.send({ event: 'result', data: 2 })
  })
  const socket = deafClient(t, url)
  await until(() => isDone)
  let text = ''
  socket.on('data', (chunk) => (text += chunk.toString('latin1')))
  socket.resume()
  await until(() => text.includes('event: result'))
  const progress = text.split('event: progress').length - 1
  assert.ok(progress > 0 && progress < 100, `${progress} of 200`)
})

test('a name with a line break is a bug and not a field', async (t) => {
  const { url } = await serve(t, (sink) => sink.send({ event: 'a\ndata: forged', data: 1 }))
  assert.equal((await fetch(url)).status, 500)
})
