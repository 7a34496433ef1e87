import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { newUid, writeObject } from '../../../src/hospital/dicom/write-object.js'
import { readPart10Head } from '../../../src/hospital/part-10.js'
import { storedSamples } from '../../imaging/dicom/stored.js'
import { missingPacs, startOrthanc } from '../orthanc.js'
import { startScp } from './scp.js'
import { temporaryFolder } from '../../folder.js'

const SYNTAX = '1.2.840.10008.1.2'
/** What dcmtk's storescu is told to propose for a file, and the end of its transfer syntax. */
const BY_STORESCU: readonly (readonly [file: string, proposal: string, syntax: string])[] = [
  ['m2_12.2', '-xi', ''],
  ['m2_12.2.1', '-xe', '.1'],
  ['m2_12.2.2', '-xb', '.2'],
  ['m2_12.1.99', '-xd', '.1.99'],
  ['m2_12.5', '-xr', '.5'],
  ['m2_8.50', '-xy', '.4.50'],
  ['m2_12.51', '-xx', '.4.51'],
  ['m2_12.70', '-xs', '.4.70'],
  ['m2_12.80', '-xt', '.4.80'],
  ['m2_12.81', '-xu', '.4.81'],
  ['m2_12.90', '-xv', '.4.90'],
  ['m2_12.91', '-xw', '.4.91'],
]
const BY_ORTHANC = ['m2_12.2.1', 'm2_12.5', 'm2_12.57', 'm2_12.70', 'm2_12.80', 'm2_12.90', 'm2_12.91', 'm1_12.2.1']

const pathOf = (name: string): string => fileURLToPath(new URL(`../../fixtures/dicom/${name}.dcm`, import.meta.url))

async function run(command: string, ...given: readonly string[]): Promise<{ code: number; output: string }> {
  const child = spawn(command, given)
  let output = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (output += String(chunk)))
  const [code] = (await once(child, 'close')) as [number]
  return { code, output }
}

const callOf = (port: number, { calling = 'SENDER', called = 'RADSERVE' } = {}): string[] => [
  ...['-aet', calling, '-aec', called],
  ...['127.0.0.1', String(port)],
]

test('films come from dcmtk in its transfer syntaxes, pixel for pixel', { skip: missingPacs }, async (t) => {
  const scp = await startScp(t)
  for (const [name, proposal, syntax] of BY_STORESCU) {
    const { code, output } = await run('storescu', '-R', proposal, ...callOf(scp.port), pathOf(name))
    assert.equal(code, 0, `${name}: ${output}`)
    const { content, callingAe, transferSyntaxUid, sopInstanceUid, address } = scp.taken.at(-1)!
    assert.equal(transferSyntaxUid, `${SYNTAX}${syntax}`)
    const file = readFileSync(pathOf(name))
    const expected = { callingAe: 'SENDER', address: '127.0.0.1', sopInstanceUid: readPart10Head(file)?.sopInstanceUid }
    assert.deepEqual({ callingAe, address, sopInstanceUid }, expected)
    assert.equal(readPart10Head(content)?.transferSyntaxUid, transferSyntaxUid)
    assert.deepEqual(await storedSamples(content), await storedSamples(file))
  }
  assert.deepEqual(scp.spooled(), [])
})

test('films come from a PACS as it keeps them', { skip: missingPacs }, async (t) => {
  const [scp, pacs] = [await startScp(t), await startOrthanc(t)]
  await pacs.addModality('radserve', 'RADSERVE', scp.port)
  for (const name of BY_ORTHANC) {
    const file = readFileSync(pathOf(name))
    const { ID: id } = (await (await pacs.rest('/instances', { method: 'POST', body: file })).json()) as { ID: string }
    const sent = await pacs.rest('/modalities/radserve/store', { method: 'POST', body: id })
    assert.equal(((await sent.json()) as { FailedInstancesCount: number }).FailedInstancesCount, 0, name)
    const { content, callingAe } = scp.taken.at(-1)!
    assert.equal(callingAe, 'TESTPACS')
    assert.equal(readPart10Head(content)?.transferSyntaxUid, readPart10Head(file)?.transferSyntaxUid)
    assert.deepEqual(await storedSamples(content), await storedSamples(file))
  }
})

test('several films over one association, and C-ECHO', { skip: missingPacs }, async (t) => {
  const scp = await startScp(t)
  assert.equal((await run('echoscu', ...callOf(scp.port))).code, 0)
  const files = ['m2_12.2.1', 'm1_12.2.1', 'm2_12.90'].map(pathOf)
  assert.equal((await run('storescu', '-xv', ...callOf(scp.port), ...files)).code, 0)
  assert.equal(scp.taken.length, 3)
  assert.deepEqual(
    scp.outcomes.filter((line) => line.includes('associations')),
    ['radserve_dimse_associations_total released', 'radserve_dimse_associations_total released'],
  )
})

test('who is not expected is rejected and told why', { skip: missingPacs }, async (t) => {
  const scp = await startScp(t)
  const stranger = await run('storescu', ...callOf(scp.port, { calling: 'STRANGER' }), pathOf('m2_12.2.1'))
  assert.match(stranger.output, /Calling AE Title Not Recognized/)
  const elsewhere = await run('echoscu', ...callOf(scp.port, { called: 'OTHER' }))
  assert.match(elsewhere.output, /Called AE Title Not Recognized/)
  assert.ok(stranger.code !== 0 && elsewhere.code !== 0)
  const other = await startScp(t, { peers: [{ aeTitle: 'SENDER', address: '192.0.2.1' }] })
  assert.notEqual((await run('echoscu', ...callOf(other.port))).code, 0)
  assert.deepEqual(other.outcomes, ['radserve_dimse_associations_total refused_address'])
  assert.equal(scp.taken.length, 0)
})

test('what is no radiograph is not agreed on', { skip: missingPacs }, async (t) => {
  const scp = await startScp(t)
  const folder = temporaryFolder('note')
  const note = join(folder, 'note.dcm')
  writeFileSync(note, writeObject({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11', SOPInstanceUID: newUid() }))
  const { code, output } = await run('storescu', '-R', ...callOf(scp.port), note)
  assert.notEqual(code, 0)
  assert.match(output, /No Acceptable Presentation Contexts/)
})

test('the sender is told what became of an object', { skip: missingPacs }, async (t) => {
  const full = await startScp(t, { accept: () => Promise.resolve('out_of_resources') })
  const refused = await run('storescu', '-v', ...callOf(full.port), pathOf('m2_12.2.1'))
  assert.match(refused.output, /A700|OutOfResources/)
  const failing = await startScp(t, { accept: () => Promise.reject(new Error('disk')) })
  assert.match(
    (await run('storescu', '-v', ...callOf(failing.port), pathOf('m2_12.2.1'))).output,
    /A700|OutOfResources/,
  )
  const small = await startScp(t, { maxObjectBytes: 50_000 })
  assert.match((await run('storescu', '-v', ...callOf(small.port), pathOf('m2_12.2.1'))).output, /A700|OutOfResources/)
  assert.equal(small.taken.length, 0)
  assert.deepEqual(
    [full, failing, small].map(({ spooled }) => spooled()),
    [[], [], []],
  )
})
