import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { readAssociateAccept } from '../../../src/hospital/dimse/association.js'
import { PDU, RELEASE_REQUEST, writePdu } from '../../../src/hospital/dimse/pdu.js'
import { call, data, DX_FOR_PROCESSING, echoCommand, REQUEST, storeCommand } from './peer.js'
import { startScp } from './scp.js'

/** Bytes that come out the same in every run (mulberry32). */
function randomBytes(seed: number, length: number): Buffer {
  return Buffer.from(
    Array.from({ length }, () => {
      seed = (seed + 0x6d2b79f5) | 0
      let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
      return (mixed ^ (mixed >>> 14)) & 0xff
    }),
  )
}

const length = (type: number, bytes: number): Buffer => {
  const head = Buffer.from([type, 0, 0, 0, 0, 0])
  head.writeUInt32BE(bytes, 2)
  return head
}

test('each context has its own answer', async (t) => {
  const scp = await startScp(t)
  const { socket, next } = await call(t, scp.port)
  socket.write(REQUEST)
  const accepted = await next()
  assert.equal(accepted?.type, PDU.associateAccept)
  const { contexts } = readAssociateAccept(accepted.body)
  assert.deepEqual(
    contexts.map(({ id, result }) => [id, result]),
    [
      [1, 0],
      [3, 0],
      [5, 0],
      [7, 3],
      [9, 4],
    ],
  )
  socket.write(
    Buffer.concat([
      storeCommand({ sopClassUid: DX_FOR_PROCESSING, sopInstanceUid: '1.2' }, 5),
      data(Buffer.from('x'), true, 5),
    ]),
  )
  assert.equal((await next())?.type, PDU.data)
  assert.equal(scp.taken[0]?.sopClassUid, DX_FOR_PROCESSING)
})

/** What comes after the association has been agreed on, or instead of it. */
const HOSTILE: Readonly<Record<string, { bytes: Buffer; reason: string; isFirst?: true }>> = {
  'a web browser': { bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n'), reason: 'unknown PDU type', isFirst: true },
  'a request of 4 GB': { bytes: length(1, 0xffffffff), reason: 'PDU of a wrong length', isFirst: true },
  'a request of nothing': { bytes: length(1, 0), reason: 'association without its titles', isFirst: true },
  'data before all': { bytes: data(Buffer.from('x'), true), reason: 'no association', isFirst: true },
  'a request whose items do not add up': {
    bytes: writePdu(1, Buffer.concat([REQUEST.subarray(6, -3)])),
    reason: 'item of a wrong length',
    isFirst: true,
  },
  'a request without contexts': {
    bytes: writePdu(1, REQUEST.subarray(6, 74)),
    reason: 'wrong number of contexts',
    isFirst: true,
  },
  'data of 4 GB': { bytes: length(4, 0xfffffff0), reason: 'PDU of a wrong length' },
  'a release of another length': { bytes: length(5, 5), reason: 'PDU of a wrong length' },
  'a second request': { bytes: REQUEST, reason: 'unexpected PDU' },
  'a fragment longer than its PDU': {
    bytes: writePdu(4, Buffer.from([0, 0, 1, 0, 1, 3])),
    reason: 'fragment of a wrong length',
  },
  'a fragment of no length': {
    bytes: writePdu(4, Buffer.from([0, 0, 0, 0, 1, 3])),
    reason: 'fragment of a wrong length',
  },
  'a context that was not accepted': { bytes: storeCommand(undefined, 7), reason: 'context that was not accepted' },
  'a data set without a command': { bytes: data(Buffer.from('x'), true), reason: 'message out of order' },
  'two commands': { bytes: Buffer.concat([storeCommand(), storeCommand()]), reason: 'message out of order' },
  'a data set for another context': {
    bytes: Buffer.concat([storeCommand(), data(Buffer.from('x'), true, 3)]),
    reason: 'message out of order',
  },
  'an object of another class': {
    bytes: storeCommand(undefined, 5),
    reason: 'object of another class than its context, or without its UID',
  },
  'an object without a UID': {
    bytes: storeCommand({ sopClassUid: DX_FOR_PROCESSING, sopInstanceUid: '../../etc' }, 5),
    reason: 'object of another class than its context, or without its UID',
  },
  'an echo as an object': { bytes: storeCommand(undefined, 3), reason: 'command that is not taken' },
  'an object as an echo': { bytes: echoCommand(1), reason: 'command that is not taken' },
  'a command that is damaged': {
    bytes: writePdu(4, Buffer.concat([Buffer.from([0, 0, 0, 22, 1, 3]), Buffer.alloc(20, 0xff)])),
    reason: 'command of a wrong length',
  },
  'a command without end': {
    bytes: Buffer.concat(
      Array.from({ length: 3 }, () =>
        writePdu(4, Buffer.concat([Buffer.from([0, 0, 0x20, 2, 1, 1]), Buffer.alloc(0x2000)])),
      ),
    ),
    reason: 'command too long',
  },
  'an object far over the limit': {
    bytes: Buffer.concat([storeCommand(), ...Array.from({ length: 5 }, () => data(Buffer.alloc(1000), false))]),
    reason: 'object far over the limit',
  },
}

for (const [name, { bytes, reason, isFirst }] of Object.entries(HOSTILE)) {
  test(`given up: ${name}`, async (t) => {
    const scp = await startScp(t, { maxObjectBytes: 1000 })
    const { socket, next } = await call(t, scp.port)
    if (isFirst !== true) {
      socket.write(REQUEST)
      await next()
    }
    const closed = once(socket, 'close')
    socket.write(bytes)
    assert.equal((await next())?.type, PDU.abort)
    socket.end()
    await closed
    assert.deepEqual(scp.reasons, [reason])
    assert.equal(scp.taken.length, 0)
    assert.deepEqual(scp.spooled(), [])
    // And the next one is served.
    const other = await call(t, scp.port)
    other.socket.write(REQUEST)
    assert.equal((await other.next())?.type, PDU.associateAccept)
  })
}

test('who says nothing, or too little, is hung up on in time', async (t) => {
  const scp = await startScp(t, { idleTimeoutMs: 150 })
  const silent = await call(t, scp.port)
  const half = await call(t, scp.port)
  half.socket.write(REQUEST.subarray(0, 50))
  const agreed = await call(t, scp.port)
  agreed.socket.write(REQUEST)
  await agreed.next()
  assert.deepEqual(await Promise.all([silent.next(), half.next(), agreed.next()]), [undefined, undefined, undefined])
  assert.deepEqual(
    scp.reasons,
    Array.from({ length: 3 }, () => 'silent for too long'),
  )
})

test('a peer that hangs up in the middle of an object leaves nothing behind', async (t) => {
  const scp = await startScp(t)
  const { socket, next } = await call(t, scp.port)
  socket.write(REQUEST)
  await next()
  const whole = data(Buffer.alloc(4000), true)
  socket.end(Buffer.concat([storeCommand(), data(Buffer.alloc(4000), false), whole.subarray(0, 100)]))
  while ((await next()) !== undefined);
  await scp.close()
  assert.equal(scp.taken.length, 0)
  assert.deepEqual(scp.spooled(), [])
})

test('more associations than there may be are told to come back, and many more are not heard', async (t) => {
  const scp = await startScp(t, { maxAssociations: 2 })
  const peers = []
  for (let at = 0; at < 2; at++) {
    const peer = await call(t, scp.port)
    peer.socket.write(REQUEST)
    assert.equal((await peer.next())?.type, PDU.associateAccept)
    peers.push(peer)
  }
  const third = await call(t, scp.port)
  third.socket.write(REQUEST)
  const rejected = await third.next()
  assert.deepEqual([rejected?.type, ...rejected!.body], [PDU.associateReject, 0, 2, 3, 2])
  const flood = await Promise.all(Array.from({ length: 20 }, () => call(t, scp.port)))
  for (const { socket } of flood) socket.write(REQUEST)
  const answers = await Promise.all(flood.map(({ next }) => next()))
  assert.ok(answers.every((pdu) => pdu === undefined || pdu.type === PDU.associateReject))
  assert.ok(answers.some((pdu) => pdu === undefined))
  for (const { socket, next } of peers) {
    socket.write(echoCommand())
    assert.equal((await next())?.type, PDU.data)
    socket.write(RELEASE_REQUEST)
    assert.equal((await next())?.type, PDU.releaseResponse)
  }
})

test('noise of hundreds of kinds ends an association and nothing else', async (t) => {
  const scp = await startScp(t, { idleTimeoutMs: 200, maxAssociations: 64 })
  const noisy = async (seed: number): Promise<void> => {
    const { socket, next } = await call(t, scp.port)
    const noise = randomBytes(seed, 40)
    // A third begins with a sound request, a third with its beginning, damaged.
    const damaged = Buffer.from(REQUEST)
    for (const [at, byte] of noise.entries())
      damaged[6 + ((byte * 7 + at * 31) % (damaged.length - 6))] = noise[at % 7]!
    socket.end(Buffer.concat([[REQUEST, damaged, Buffer.alloc(0)][seed % 3]!, Buffer.from([4, 0, 0, 0, 0, 40]), noise]))
    while ((await next()) !== undefined);
  }
  for (let round = 0; round < 6; round++)
    await Promise.all(Array.from({ length: 50 }, (_none, at) => noisy(round * 50 + at)))
  assert.equal(scp.taken.length, 0)
  const { socket, next } = await call(t, scp.port)
  socket.write(REQUEST)
  assert.equal((await next())?.type, PDU.associateAccept)
})

test('closing waits for what is under way, but not for ever', async (t) => {
  let finish: (() => void) | undefined
  const scp = await startScp(t, {
    accept: () => new Promise((resolve) => (finish = () => resolve('stored'))),
  })
  const { socket, next } = await call(t, scp.port)
  socket.write(REQUEST)
  await next()
  const idle = await call(t, scp.port)
  idle.socket.write(REQUEST)
  await idle.next()
  socket.write(Buffer.concat([storeCommand(), data(Buffer.from('x'), true), RELEASE_REQUEST]))
  while (finish === undefined) await new Promise(setImmediate)
  const closed = scp.close(300)
  finish()
  assert.equal((await next())?.type, PDU.data)
  assert.equal((await next())?.type, PDU.releaseResponse)
  await closed
  assert.equal(await idle.next(), undefined)
})
