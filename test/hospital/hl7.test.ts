/** ORU^R01 as it is written, and over MLLP to a server of the test: taken, refused, silent, broken, gone. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { AiDocument, AiReport } from '../../src/hospital/ai-report.js'
import { shippedCodeTable } from '../../src/hospital/codes/code-table.js'
import { createMllpSender } from '../../src/hospital/hl7/mllp-sender.js'
import { oruMessage } from '../../src/hospital/hl7/oru.js'
import { silentLog, silentMeter } from '../../src/ports.js'
import { acknowledgement, startReceiver, type Answer } from './mllp-receiver.js'

const DOCUMENT: Omit<AiDocument, 'reports'> = {
  model: { name: 'a-model', version: '1.2.0', digest: 'd'.repeat(64) },
  serviceVersion: '0.1.0',
  atMs: Date.UTC(2026, 10, 26, 12, 30, 5),
}
const score = { code: 'sigmoid', meaning: 'Uncalibrated', value: 0.25, unit: '1' as const }
const REPORT: AiReport = {
  films: [{ uids: { study: '2.25.42' } }],
  views: 'two',
  findings: [
    { label: 'Pleural Effusion', statement: 'present', method: 'Text', measures: [], notes: ['a | b'] },
    { label: 'a ^ label & more', method: 'Scores', measures: [score], notes: [] },
  ],
  text: 'First line.\nOBX|9|hostile\r\u000bMSH|^~\\&\u001c\r',
  notes: [],
}
const frame = {
  sender: { application: 'RADSERVE', facility: 'RAD' },
  receiver: { application: 'RIS', facility: 'HOSPITAL' },
  ...{ controlId: 'c1', accessionNumber: 'A|1', processing: 'T' as const },
}
const message = (controlId = 'c1'): string =>
  oruMessage(DOCUMENT, REPORT, { frame: { ...frame, controlId }, codes: shippedCodeTable() })

const rows = (text: string) =>
  text
    .split('\r')
    .filter((line) => line !== '')
    .map((line) => line.split('|'))

test('a message: preliminary in every row, a statement only where there is one, numbers with units', () => {
  const all = rows(message())
  assert.deepEqual(
    all.map(([name]) => name),
    ['MSH', 'OBR', 'NTE', 'OBX', 'OBX', 'NTE', 'OBX', 'NTE', 'OBX'],
  )
  const [msh, obr] = all
  assert.deepEqual(msh!.slice(1, 12), [
    '^~\\&',
    'RADSERVE',
    'RAD',
    'RIS',
    'HOSPITAL',
    '20261126123005+0000',
    '',
    'ORU^R01^ORU_R01',
    'c1',
    'T',
    '2.5.1',
  ])
  assert.equal(msh![17], 'UNICODE UTF-8')
  assert.deepEqual([obr![3], obr![4], obr![24], obr![25]], ['A\\F\\1', '36643-5^XR Chest 2 Views^LN', 'RAD', 'P'])
  const observations = all.filter(([name]) => name === 'OBX')
  assert.deepEqual(
    observations.map((row) => row[11]),
    ['P', 'P', 'P', 'P'],
  )
  assert.deepEqual(
    observations.map((row) => row[1]),
    ['1', '2', '3', '4'],
  )
  const [study, stated, scored, text] = observations
  assert.deepEqual(study!.slice(2, 6), ['ST', '113014^DICOM Study^DCM', '1', '2.25.42'])
  assert.deepEqual(stated!.slice(2, 6), [
    'CWE',
    '60046008^Pleural effusion^SCT^pleural-effusion^Pleural Effusion^99RADSERVE',
    '2',
    '52101004^Present^SCT',
  ])
  assert.deepEqual(scored!.slice(2, 7), [
    'NM',
    'a-label-more^a \\S\\ label \\T\\ more^99RADSERVE^sigmoid^sigmoid^99RADSERVE',
    ...['3', '0.25', '1^1^UCUM'],
  ])
  assert.equal(scored![17], '^Scores')
  assert.equal(text![5], 'First line.\\.br\\OBX\\F\\9\\F\\hostile\\.br\\ MSH\\F\\\\S\\\\R\\\\E\\\\T\\ \\.br\\')
})

function sender(t: TestContext, port: number, more: { attempts?: number; timeoutMs?: number } = {}) {
  const warned: unknown[] = []
  const log = { ...silentLog, warn: (fields: object) => warned.push(fields) }
  const options = { host: '127.0.0.1', port, timeoutMs: 5000, attempts: 3, backoffMs: 1, log, meter: silentMeter }
  const made = createMllpSender({ ...options, ...more })
  t.after(() => made.close())
  return { ...made, warned }
}

async function deliver(t: TestContext, answer: Answer, more: { attempts?: number; timeoutMs?: number } = {}) {
  const receiver = await startReceiver(t, answer)
  const made = sender(t, receiver.port, more)
  const delivery = await made.send(message(), 'c1')
  return { delivery, receiver, made }
}

test('AA is taken, over one connection for many; each arrives whole and in order', async (t) => {
  const { delivery, receiver, made } = await deliver(t, (text) => acknowledgement('AA', text))
  assert.deepEqual(delivery, { outcome: 'accepted' })
  const more = await Promise.all(['c2', 'c3'].map((id) => made.send(message(id), id)))
  assert.deepEqual(more, [{ outcome: 'accepted' }, { outcome: 'accepted' }])
  assert.deepEqual(receiver.messages, ['c1', 'c2', 'c3'].map(message))
  assert.equal(receiver.connections(), 1)
})

test('AE is refused at once; AR is tried again, and told when it stays', async (t) => {
  const wrong = await deliver(t, (text) => acknowledgement('AE', text))
  assert.deepEqual([wrong.delivery, wrong.receiver.messages.length], [{ outcome: 'refused', code: 'AE' }, 1])
  const busy = await deliver(t, (text, at) => acknowledgement(at < 2 ? 'AR' : 'AA', text))
  assert.deepEqual([busy.delivery, busy.receiver.messages.length], [{ outcome: 'accepted' }, 3])
  const never = await deliver(t, (text) => acknowledgement('AR', text))
  assert.deepEqual([never.delivery, never.receiver.messages.length], [{ outcome: 'undelivered', reason: 'AR' }, 3])
  assert.deepEqual(never.made.warned[0], { attempt: 1, reason: 'AR' })
  assert.doesNotMatch(JSON.stringify([wrong.made.warned, busy.made.warned, never.made.warned]), /planted|2\.25/i)
})

test('a receiver that says nothing is given up after its time; one that hangs up is called again', async (t) => {
  const silent = await deliver(t, () => undefined, { timeoutMs: 50, attempts: 2 })
  assert.deepEqual(silent.delivery, { outcome: 'undelivered', reason: 'timeout' })
  assert.equal(silent.receiver.connections(), 2)
  const torn = await deliver(t, (text, at) => (at === 0 ? 'close' : acknowledgement('AA', text)))
  assert.deepEqual(torn.delivery, { outcome: 'accepted' })
  await torn.receiver.hangUp()
  assert.deepEqual(await torn.made.send(message('c2'), 'c2'), { outcome: 'accepted' })
})

test('what is no acknowledgement of this message is none', async (t) => {
  const wrong: [Answer, RegExp][] = [
    [(text) => acknowledgement('AA', text).replace('|c1|', '|c9|'), /another message/],
    [() => Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), /no frame/],
    [() => Buffer.concat([Buffer.of(0x0b), Buffer.alloc(70_000, 65)]), /too large/],
    [(text) => acknowledgement('ZZ', text), /another message/],
  ]
  for (const [answer, reason] of wrong) {
    const { delivery } = await deliver(t, answer, { attempts: 1 })
    assert.ok(delivery.outcome === 'undelivered')
    assert.match(delivery.reason, reason)
  }
})

test('nobody there is told by its reason, and close ends what waits', async (t) => {
  const receiver = await startReceiver(t, () => undefined)
  const waiting = sender(t, receiver.port)
  const delivery = waiting.send(message(), 'c1')
  waiting.close()
  assert.equal((await delivery).outcome, 'undelivered')
  const gone = sender(t, 1)
  assert.deepEqual(await gone.send(message(), 'c1'), { outcome: 'undelivered', reason: 'ECONNREFUSED' })
  assert.equal(gone.warned.length, 3)
})
