import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { test } from 'node:test'
import { createStoreScu } from '../../../src/hospital/dimse/store-scu.js'
import { makeCertificates } from '../../e2e/certificates.js'
import { missingPacs } from '../orthanc.js'
import { startScp } from './scp.js'

const FILM = readFileSync(new URL('../../fixtures/dicom/m2_12.2.1.dcm', import.meta.url))
const missing = spawnSync('which', ['openssl']).status !== 0 && process.env['CI'] !== 'true' ? 'needs openssl' : false

test('objects come over TLS, from whom the authority knows', { skip: missing }, async (t) => {
  const { file } = makeCertificates()
  const pem = (name: string): string => readFileSync(file(name), 'utf8')
  const clientCa = pem('hospital.pem')
  const scp = await startScp(t, { tls: { cert: pem('server.pem'), key: pem('server.key'), clientCa } })
  const titles = { calledAe: 'RADSERVE', callingAe: 'SENDER' }
  const store = (client?: string, ca = clientCa) =>
    createStoreScu({
      ...{ host: '127.0.0.1', port: scp.port, ...titles, timeoutMs: 5000 },
      tls: { ca, ...(client !== undefined && { cert: pem(`${client}.pem`), key: pem(`${client}.key`) }) },
    }).store([FILM])
  assert.equal((await store('pacs')).outcome, 'accepted')
  assert.deepEqual([(await store()).outcome, (await store('impostor')).outcome], ['undelivered', 'undelivered'])
  const stranger = await store('pacs', pem('stranger.pem'))
  assert.equal(stranger.outcome, 'undelivered')
  const plain = createStoreScu({ host: '127.0.0.1', port: scp.port, ...titles, timeoutMs: 5000 })
  assert.equal((await plain.store([FILM])).outcome, 'undelivered')
  assert.equal(scp.taken.length, 1)
})

test('dcmtk speaks TLS with it too', { skip: missingPacs || missing }, async (t) => {
  const { file } = makeCertificates()
  const pem = (name: string): string => readFileSync(file(name), 'utf8')
  const scp = await startScp(t, {
    tls: { cert: pem('server.pem'), key: pem('server.key'), clientCa: pem('hospital.pem') },
  })
  const tls = ['+tls', file('pacs.key'), file('pacs.pem'), '+cf', file('hospital.pem')]
  const child = spawn('echoscu', [...tls, '-aet', 'SENDER', '-aec', 'RADSERVE', '127.0.0.1', String(scp.port)])
  const [code] = (await once(child, 'close')) as [number]
  assert.equal(code, 0)
})

test('a handshake that does not begin holds nothing for long', { skip: missing }, async (t) => {
  const { file } = makeCertificates()
  const tls = { cert: readFileSync(file('server.pem'), 'utf8'), key: readFileSync(file('server.key'), 'utf8') }
  const scp = await startScp(t, { tls, idleTimeoutMs: 150 })
  const socket = connect(scp.port, '127.0.0.1').on('error', () => undefined)
  await once(socket, 'close')
})
