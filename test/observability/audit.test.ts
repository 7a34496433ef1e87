import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { canonicalJson } from '../../src/observability/audit/entry.js'
import { openAudit, type AuditOptions, type KeptAuditTrail } from '../../src/observability/audit/trail.js'
import { chainsOf, verifyChain } from '../../src/observability/audit/verify.js'
import { silentLog, silentMeter, systemClock } from '../../src/ports.js'
import { temporaryFolder } from '../folder.js'

const folderOf = (): string => {
  const folder = temporaryFolder('audit')
  return folder
}
const open = (dataDir: string, changes: Partial<AuditOptions> = {}): Promise<KeptAuditTrail> =>
  openAudit({
    ...{ dataDir, name: 'host', refuses: true, segmentBytes: 1 << 20, retentionMs: 0 },
    ...{ log: silentLog, meter: silentMeter, clock: systemClock },
    ...changes,
  })
const chainOf = (dataDir: string, number = 1): string => join(dataDir, 'audit', `host-${number}`)
const segments = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => /^\d+\.ndjson$/.test(name))
    .sort()
const linesIn = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n')

async function write(dataDir: string, count: number, changes: Partial<AuditOptions> = {}): Promise<void> {
  const trail = await open(dataDir, changes)
  for (let at = 0; at < count; at++) trail.record({ event: 'access', caller: 'key:a', status: 200, ms: at })
  await trail.close()
}

/** Entries in batches of one, so that segments end where they are full. */
async function writeSlowly(dataDir: string, count: number, changes: Partial<AuditOptions>): Promise<void> {
  const trail = await open(dataDir, changes)
  for (let at = 0; at < count; at++) {
    trail.record({ event: 'access', ms: at })
    await trail.flush()
  }
  await trail.close()
}

test('canonical JSON sorts members by code units at every depth and leaves out what is not there', () => {
  assert.equal(
    canonicalJson({ b: [1, { z: null, a: 'é' }], a: undefined, B: 1e21 }),
    '{"B":1e+21,"b":[1,{"a":"é","z":null}]}',
  )
})

test('a chain goes on over restarts and verifies from its first entry', async () => {
  const dataDir = folderOf()
  await write(dataDir, 3)
  await write(dataDir, 2)
  const report = await verifyChain(chainOf(dataDir))
  assert.deepEqual([report.broken, report.entries, report.head.seq], [undefined, 7, 7])
  const entries = linesIn(join(chainOf(dataDir), '000000000001.ndjson')).map(
    (line) => JSON.parse(line) as { event: string },
  )
  assert.deepEqual(
    entries.map(({ event }) => event).filter((event) => event !== 'access'),
    ['chain_begin', 'chain_resume'],
  )
})

test('every way of changing a chain is found, at its place', async () => {
  const dataDir = folderOf()
  await write(dataDir, 6)
  const file = join(chainOf(dataDir), '000000000001.ndjson')
  const sound = linesIn(file)
  const { head } = await verifyChain(chainOf(dataDir))
  const swap = [sound[0], sound[2], sound[1], ...sound.slice(3)]
  const tampered: Record<string, readonly [(string | undefined)[], number]> = {
    changed: [sound.map((line, at) => (at === 3 ? line.replace('"status":200', '"status":403') : line)), 4],
    removed: [sound.filter((_, at) => at !== 2), 3],
    moved: [swap, 2],
    'written twice': [[...sound.slice(0, 3), sound[2], ...sound.slice(3)], 4],
    'not JSON': [sound.map((line, at) => (at === 4 ? line.slice(1) : line)), 5],
    'first cut off': [sound.slice(1), 1],
  }
  for (const [name, [lines, at]] of Object.entries(tampered)) {
    writeFileSync(file, `${lines.join('\n')}\n`)
    assert.equal((await verifyChain(chainOf(dataDir))).broken?.line, at, name)
  }
  // The end alone can be cut off unseen, but not by somebody who kept a head.
  writeFileSync(file, `${sound.slice(0, 4).join('\n')}\n`)
  assert.equal((await verifyChain(chainOf(dataDir))).broken, undefined)
  assert.match((await verifyChain(chainOf(dataDir), [head])).broken?.why ?? '', /ends before/)
  writeFileSync(file, `${sound.join('\n')}\n`)
  assert.equal((await verifyChain(chainOf(dataDir), [head])).broken, undefined)
  assert.match(
    (await verifyChain(chainOf(dataDir), [{ ...head, hash: '0'.repeat(64) }])).broken?.why ?? '',
    /hash was kept/,
  )
})

test('a line that was not finished is cut off at the next start, and the chain says so', async () => {
  const dataDir = folderOf()
  await write(dataDir, 2)
  const file = join(chainOf(dataDir), '000000000001.ndjson')
  appendFileSync(file, '{"chain":"host-1","ev')
  const torn = await verifyChain(chainOf(dataDir))
  assert.deepEqual([torn.broken, torn.tornBytes], [undefined, 21])
  await write(dataDir, 1)
  const report = await verifyChain(chainOf(dataDir))
  assert.deepEqual([report.broken, report.tornBytes, report.entries], [undefined, 0, 5])
  assert.ok(linesIn(file).some((line) => line.includes('"torn_bytes":21')))
})

test('a chain whose end is broken is left as it is, and another is begun', async () => {
  const dataDir = folderOf()
  await write(dataDir, 2)
  const file = join(chainOf(dataDir), '000000000001.ndjson')
  const text = readFileSync(file, 'utf8').replace('key:a', 'key:b')
  writeFileSync(file, text)
  await write(dataDir, 1)
  assert.equal(readFileSync(file, 'utf8'), text)
  assert.ok((await verifyChain(chainOf(dataDir))).broken)
  assert.equal((await verifyChain(chainOf(dataDir, 2))).broken, undefined)
})

test('two processes of one folder have a chain each', async () => {
  const dataDir = folderOf()
  const [a, b] = [await open(dataDir), await open(dataDir)]
  for (const trail of [a, b]) trail.record({ event: 'access' })
  await Promise.all([a.close(), b.close()])
  assert.deepEqual(await chainsOf(join(dataDir, 'audit')), ['host-1', 'host-2'])
  for (const number of [1, 2]) assert.deepEqual((await verifyChain(chainOf(dataDir, number))).entries, 2)
})

test('full segments are sealed; a seal tells when one was changed or taken away', async () => {
  const dataDir = folderOf()
  await writeSlowly(dataDir, 30, { segmentBytes: 1_000 })
  const folder = chainOf(dataDir)
  const files = segments(folder)
  assert.ok(files.length > 3)
  assert.equal((await verifyChain(folder)).broken, undefined)
  const middle = join(folder, files[1]!)
  const text = readFileSync(middle, 'utf8')
  rmSync(middle)
  assert.match((await verifyChain(folder)).broken?.why ?? '', /gone from the middle/)
  writeFileSync(middle, text)
  const first = join(folder, files[0]!)
  const begin = readFileSync(first, 'utf8')
  rmSync(first)
  assert.match((await verifyChain(folder)).broken?.why ?? '', /no entry says/)
  writeFileSync(first, begin)
  const seals = join(folder, 'seals.ndjson')
  const sealed = readFileSync(seals, 'utf8')
  writeFileSync(seals, sealed.replace(/"bytes":\d+/, '"bytes":1'))
  assert.match((await verifyChain(folder)).broken?.why ?? '', /seal/)
  writeFileSync(seals, sealed)
  appendFileSync(seals, '{"torn')
  await writeSlowly(dataDir, 20, { segmentBytes: 1_000 })
  assert.equal((await verifyChain(folder)).broken, undefined)
})

test('segments whose time is over go, and what is left still verifies', async () => {
  const dataDir = folderOf()
  await writeSlowly(dataDir, 20, { segmentBytes: 1_000 })
  const before = segments(chainOf(dataDir))
  // Everything that is sealed is older than a millisecond by then: to take the folder takes longer.
  await writeSlowly(dataDir, 3, { retentionMs: 1 })
  const report = await verifyChain(chainOf(dataDir))
  assert.equal(report.broken, undefined)
  assert.equal(report.removed[0]?.first, 1)
  assert.equal(report.removed.length, before.length - 1)
  assert.ok(!existsSync(join(chainOf(dataDir), before[0]!)))
  const trail = await open(dataDir)
  await trail.close()
  assert.equal((await verifyChain(chainOf(dataDir))).broken, undefined)
})

test('refusals are thinned out, and the next entry says how many were left out', async () => {
  const dataDir = folderOf()
  let nowMs = 0
  const trail = await open(dataDir, { clock: { nowMs: () => nowMs } })
  for (let at = 0; at < 5_000; at++) trail.record({ event: 'denied', status: 401 })
  nowMs = 1_000
  trail.record({ event: 'denied', status: 401 })
  await trail.close()
  const denied = linesIn(join(chainOf(dataDir), '000000000001.ndjson')).filter((line) => line.includes('"denied"'))
  assert.equal(denied.length, 101)
  assert.match(denied.at(-1)!, /"suppressed":4900/)
})

test('ten thousand entries are on the disk in order', async () => {
  const dataDir = folderOf()
  await write(dataDir, 10_000)
  const report = await verifyChain(chainOf(dataDir))
  assert.deepEqual([report.broken, report.entries], [undefined, 10_001])
})
