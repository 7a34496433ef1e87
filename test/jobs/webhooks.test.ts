import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import type { AppError } from '../../src/errors.js'
import { createAddressGuard } from '../../src/jobs/address-guard.js'
import { readWebhookSecret, signWebhook } from '../../src/jobs/webhook-request.js'
import { createWebhooks } from '../../src/jobs/webhooks.js'
import { silentLog, silentMeter } from '../../src/ports.js'
import { until } from '../e2e/server.js'
import { testBoth } from '../state/kinds.js'
import { HandExecute, makeJobs, SECRET, submission, untilState } from './harness.js'

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly atMs: number
}

/** A receiver on this machine; `answer` does what the test wants. */
async function receiver(t: TestContext, answer: (reply: ServerResponse, count: number) => void) {
  const received: Received[] = []
  const server: Server = createServer((request, reply) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body, atMs: performance.now() })
      answer(reply, received.length)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { received, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const loopback = { secret: SECRET, privateRanges: ['127.0.0.0/8'], backoffMs: 50, limitMs: 3_000 }

testBoth(
  'a receiver that refuses is asked again, later each time, with the same id and a signature that it can check',
  async (t, state) => {
    const { received, origin } = await receiver(t, (reply, count) => reply.writeHead(count < 3 ? 500 : 204).end())
    const hand = new HandExecute()
    const jobs = makeJobs(t, state, { webhooks: { ...loopback, origins: [origin] } })
    jobs.start(hand.execute)
    const id = await jobs.submit(submission('secret text', { webhookUrl: `${origin}/hook?x=1`, requestId: 'r-1' }))
    ;(await hand.call(0)).answer()
    await until('it is delivered', 20_000, async () => (await jobs.get(id)).webhook?.state === 'delivered')
    assert.deepEqual([received.length, (await jobs.get(id)).webhook?.attempts], [3, 3])
    for (const { headers, body, path } of received) {
      assert.equal(path, '/hook?x=1')
      assert.equal(headers['webhook-id'], `job_${id}`)
      const timestamp = headers['webhook-timestamp'] as string
      assert.ok(Math.abs(Number(timestamp) - Date.now() / 1000) < 60)
      const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64')
      const mac = createHmac('sha256', key).update(`job_${id}.${timestamp}.${body}`).digest('base64')
      assert.equal(headers['webhook-signature'], `v1,${mac}`)
      const payload = JSON.parse(body) as { type: string; data: object }
      assert.deepEqual(
        [payload.type, payload.data],
        ['job.completed', { id, state: 'completed', request_id: 'r-1', status: 200 }],
      )
    }
  },
)

testBoth(
  'a slow receiver is given up for now, a redirect for good, and neither holds up the others',
  async (t, state) => {
    const slow = await receiver(t, () => undefined)
    const moved = await receiver(t, (reply) => reply.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
    const good = await receiver(t, (reply) => reply.writeHead(200).end('x'.repeat(1 << 16)))
    const hand = new HandExecute()
    const origins = [slow.origin, moved.origin, good.origin]
    const jobs = makeJobs(t, state, { webhooks: { ...loopback, origins } })
    jobs.start(hand.execute)
    const ids: string[] = []
    for (const [at, origin] of origins.entries()) {
      ids.push(await jobs.submit(submission(`${at}`, { webhookUrl: `${origin}/` })))
      ;(await hand.call(at)).answer()
    }
    const stateOf = async (at: number) => (await jobs.get(ids[at]!)).webhook?.state
    await until('the good one is delivered', 40_000, async () => (await stateOf(2)) === 'delivered')
    await until('the redirect is not followed', 40_000, async () => (await stateOf(1)) === 'failed')
    await until('the slow one is tried again', 40_000, () => slow.received.length >= 2)
    assert.deepEqual([await stateOf(0), moved.received.length], ['waiting', 1])
  },
)

testBoth('a cancelled job is told of too; only allowed places are taken', async (t, state) => {
  const { received, origin } = await receiver(t, (reply) => reply.writeHead(200).end())
  const jobs = makeJobs(t, state, { webhooks: { ...loopback, origins: [origin] } })
  const refused = (url: string) =>
    assert.rejects(
      jobs.submit(submission('x', { webhookUrl: url })),
      (error) => (error as AppError).code === 'invalid_option',
      url,
    )
  const { host } = new URL(origin)
  for (const url of [
    'http://127.0.0.1:1/',
    `https://${host}/`,
    `http://a:b@${host}/`,
    'file:///etc/passwd',
    'x',
    `${origin}.example/`,
  ])
    await refused(url)
  await refused(`${origin}/${'x'.repeat(3000)}`)
  const hand = new HandExecute()
  jobs.start(hand.execute)
  const id = await jobs.submit(submission('x', { webhookUrl: `${origin}/` }))
  await hand.call(0)
  await jobs.cancel(id)
  await untilState(jobs, id, 'cancelled')
  await until('it is told', 40_000, () => received.length === 1)
  assert.match(received[0]!.body, /"type":"job.cancelled"/)
})

test('the signature is the one that Standard Webhooks shows as its example', () => {
  const secret = readWebhookSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
  const signed = signWebhook(secret, {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    body: '{"test": 2432232314}',
    atMs: 1614265330_500,
  })
  assert.deepEqual(signed, {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('addresses that are not public are refused, in every dress', () => {
  const guard = createAddressGuard([])
  const refused = [
    '127.0.0.1',
    '10.2.3.4',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
  ]
  const dressed = ['255.255.255.255', '::1', '::', 'fe80::1', 'fc00::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:7f00:1']
  const tunnels = ['64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', '2001::1', 'localhost', '']
  for (const address of [...refused, ...dressed, ...tunnels]) assert.equal(guard.allows(address), false, address)
  for (const address of ['9.9.9.9', '2606:4700::1111', '::ffff:9.9.9.9'])
    assert.equal(guard.allows(address), true, address)
  const inside = createAddressGuard(['10.1.0.0/16', 'fd00::/8'])
  assert.deepEqual(['10.1.2.3', '10.2.2.3', 'fd00::5', '::ffff:10.1.2.3'].map(inside.allows), [true, false, true, true])
  assert.throws(
    () => createAddressGuard(['10.0.0.0']),
    (error) => (error as AppError).code === 'configuration',
  )
  assert.throws(
    () => createAddressGuard(['10.0.0.0/33']),
    (error) => (error as AppError).code === 'configuration',
  )
})

test('a name that leads to a private address is not called', async () => {
  const guard = createAddressGuard([])
  const error = await new Promise((resolve) => guard.lookup('localhost', { all: true }, resolve))
  assert.match(String(error), /must not be called/)
})

test('what is configured wrongly is said at the start', () => {
  const make = (origins: string[], secret: string) => () =>
    createWebhooks({ origins, secret, privateRanges: [], log: silentLog, meter: silentMeter })
  const wrong = [
    make(['https://hooks.example.org/path'], SECRET),
    make(['hooks.example.org'], SECRET),
    make(['ftp://hooks.example.org'], SECRET),
    make(['https://hooks.example.org'], ''),
    make(['https://hooks.example.org'], 'whsec_c2hvcnQ='),
  ]
  for (const attempt of wrong) assert.throws(attempt, (error) => (error as AppError).code === 'configuration')
  make([], '')()
  make(['https://hooks.example.org'], SECRET)()
})
