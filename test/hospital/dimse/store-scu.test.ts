import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { reportObject } from '../../../src/hospital/dicom/report-object.js'
import { segmentationObject } from '../../../src/hospital/dicom/segmentation-object.js'
import { readSourceFilm } from '../../../src/hospital/dicom/source-film.js'
import { newUid, writeObject } from '../../../src/hospital/dicom/write-object.js'
import type { StoreScuOptions } from '../../../src/hospital/dimse/dimse.js'
import { abortPdu, PDU, readPdus } from '../../../src/hospital/dimse/pdu.js'
import { createStoreScu } from '../../../src/hospital/dimse/store-scu.js'
import { readPart10Head } from '../../../src/hospital/part-10.js'
import { readFilmUids } from '../../../src/imaging/dicom/film-uids.js'
import { missingPacs, startOrthanc } from '../orthanc.js'
import { startScp } from './scp.js'

const ALGORITHM = {
  ...{ name: 'model', version: '1.0.0', digest: 'sha256:00', serviceVersion: '0.1.0' },
  ...{ files: [{ role: 'image', sha256: '12'.repeat(32) }], pixelSha256: ['56'.repeat(32)] },
}
const SYNTAXES = ['2', '2.1', '2.2', '1.99', '5', '51', '57', '70', '80', '81', '90', '91', '201', '202', '203']

const film = (name: string): Buffer => readFileSync(new URL(`../../fixtures/dicom/${name}.dcm`, import.meta.url))

function scuOf(port: number, other: Partial<StoreScuOptions> = {}) {
  const titles = { calledAe: 'RADSERVE', callingAe: 'SENDER' }
  return createStoreScu({ host: '127.0.0.1', port, ...titles, timeoutMs: 10_000, ...other })
}

/** A Segmentation and a structured report about one film. */
function objectsAbout(file: Buffer): Buffer[] {
  const source = readSourceFilm(file)
  const size = { width: 173, height: 211 }
  const frame = new Uint8Array(Math.ceil((173 * 211) / 8)).fill(0x0f)
  const segments = [{ label: 'lung', description: 'lung', threshold: 0.5, frame }]
  const findings = [{ label: 'Pneumothorax', state: 'present', score: { value: 0.7, kind: 'probability' } }] as const
  return [
    segmentationObject({ film: source, algorithm: ALGORITHM, size, kind: 'BINARY', segments }),
    reportObject({ films: [source], algorithm: ALGORITHM, findings }),
  ]
}

test('a Segmentation and a report go to a PACS, which has their bytes', { skip: missingPacs }, async (t) => {
  const pacs = await startOrthanc(t)
  const scu = scuOf(pacs.dicomPort, { calledAe: pacs.aeTitle })
  assert.deepEqual(await scu.echo(), { outcome: 'accepted' })
  const objects = [film('m2_12.2.1'), ...objectsAbout(film('m2_12.2.1'))]
  const outcome = await scu.store(objects)
  assert.deepEqual(
    outcome.instances,
    objects.map((file) => ({ sopInstanceUid: readFilmUids(file)!.instance, outcome: 'accepted' })),
  )
  const ids = (await (await pacs.rest('/instances')).json()) as string[]
  const kept = await Promise.all(
    ids.map(async (id) => Buffer.from(await (await pacs.rest(`/instances/${id}/file`)).arrayBuffer())),
  )
  // The PACS writes the head of a file, and how sequences end, in its own way; all else is ours.
  const [ours, theirs] = [objects, kept].map((files) => files.map(withExplicitLengths).sort(Buffer.compare))
  assert.ok(ours!.every((file, at) => file.equals(theirs![at]!)))
  // Again is no harm.
  assert.equal((await scu.store(objects)).outcome, 'accepted')
})

test('an object is sent in the transfer syntax that it has, byte for byte', async (t) => {
  const scp = await startScp(t)
  const files = SYNTAXES.map((syntax) => film(`m2_12.${syntax}`))
  assert.equal((await scuOf(scp.port).store(files)).outcome, 'accepted')
  assert.equal(scp.taken.length, files.length)
  for (const [at, { content, transferSyntaxUid }] of scp.taken.entries()) {
    const head = readPart10Head(files[at]!)!
    assert.equal(transferSyntaxUid, head.transferSyntaxUid)
    assert.ok(content.subarray(readPart10Head(content)!.dataSetAt).equals(files[at]!.subarray(head.dataSetAt)))
  }
})

test('each object has its own outcome', async (t) => {
  const answers = ['stored', 'does_not_match', 'out_of_resources'] as const
  const scp = await startScp(t, { accept: () => Promise.resolve(answers[given++]!) })
  let given = 0
  const note = writeObject({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11', SOPInstanceUID: newUid() })
  const files = [note, film('m2_12.2.1'), Buffer.from('no file'), film('m2_12.90'), film('m1_12.2.1')]
  const { outcome, instances } = await scuOf(scp.port).store(files)
  assert.equal(outcome, 'undelivered')
  assert.deepEqual(
    instances.map((one) => [one.outcome, 'reason' in one ? one.reason : '']),
    [
      ['refused', 'class or transfer syntax not supported'],
      ['accepted', ''],
      ['refused', 'no DICOM file'],
      ['refused', 'status A900'],
      ['undelivered', 'status A700'],
    ],
  )
})

test('a receiver that does not want us is told from one that has no room', async (t) => {
  const scp = await startScp(t)
  const stranger = await scuOf(scp.port, { callingAe: 'STRANGER' }).store([film('m2_12.2.1')])
  assert.deepEqual(
    stranger.instances.map(({ outcome }) => outcome),
    ['refused'],
  )
  assert.deepEqual(await scuOf(scp.port, { calledAe: 'OTHER' }).echo(), {
    outcome: 'refused',
    reason: 'association rejected 1/1/7',
  })
  let finish: (() => void) | undefined
  const full = await startScp(t, {
    maxAssociations: 1,
    accept: () => new Promise((resolve) => (finish = () => resolve('stored'))),
  })
  const first = scuOf(full.port).store([film('m2_12.2.1')])
  while (finish === undefined) await new Promise(setImmediate)
  assert.deepEqual(await scuOf(full.port).echo(), { outcome: 'undelivered', reason: 'association rejected 2/3/2' })
  finish()
  assert.equal((await first).outcome, 'accepted')
})

/** The data set of a file as dcmtk writes it with the lengths of all sequences. */
function withExplicitLengths(file: Buffer): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'radserve-lengths-'))
  try {
    writeFileSync(join(folder, 'in'), file)
    execFileSync('dcmconv', ['+te', '+e', join(folder, 'in'), join(folder, 'out')])
    const written = readFileSync(join(folder, 'out'))
    return written.subarray(readPart10Head(written)!.dataSetAt)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A receiver that does as it likes with each association. */
async function serve(t: TestContext, onSocket: (socket: Socket) => unknown): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    void onSocket(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

test('receivers that are not there, say nothing, hang up or talk nonsense', async (t) => {
  const reasonOf = async (port: number, other: Partial<StoreScuOptions> = {}, signal?: AbortSignal) => {
    const { instances } = await scuOf(port, other).store([film('m2_12.2.1')], signal)
    return instances.map((one) => [one.outcome, 'reason' in one && one.reason]).flat()
  }
  const gone = await serve(t, () => undefined)
  assert.deepEqual(await reasonOf(gone, { timeoutMs: 150 }), ['undelivered', 'timeout'])
  assert.deepEqual(await reasonOf(gone, {}, AbortSignal.abort()), ['undelivered', 'aborted'])
  const leaving = new AbortController()
  const under = reasonOf(gone, {}, leaving.signal)
  leaving.abort()
  assert.deepEqual(await under, ['undelivered', 'aborted'])
  assert.deepEqual(await reasonOf(await serve(t, (socket) => socket.end())), ['undelivered', 'hung up'])
  const nonsense = await serve(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  assert.deepEqual(await reasonOf(nonsense), ['undelivered', 'unknown PDU type'])
  const aborting = await serve(t, async (socket) => {
    for await (const { type } of readPdus(socket)) if (type === PDU.associateRequest) socket.write(abortPdu(2))
  })
  assert.deepEqual(await reasonOf(aborting), ['undelivered', 'aborted by the other side'])
  const scp = await startScp(t)
  await scp.close()
  assert.deepEqual(await reasonOf(scp.port), ['undelivered', 'ECONNREFUSED'])
})

test('a receiver that hangs up between two objects keeps what it has answered', async (t) => {
  let given = 0
  let finish: (() => void) | undefined
  let closed: Promise<void> | undefined
  const scp = await startScp(t, {
    accept: () => {
      if (++given === 1) return Promise.resolve('stored')
      closed = scp.close()
      return new Promise((resolve) => (finish = () => resolve('stored')))
    },
  })
  const { instances } = await scuOf(scp.port).store([film('m2_12.2.1'), film('m2_12.90')])
  assert.deepEqual(
    instances.map(({ outcome }) => outcome),
    ['accepted', 'undelivered'],
  )
  finish!()
  await closed
})
