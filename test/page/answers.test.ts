import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviceFor } from '../../src/page/api/advice.js'
import { readProblem } from '../../src/page/api/problem.js'
import { readTimings, readUnfit } from '../../src/page/api/headers.js'
import { readLabels } from '../../src/page/classify/read-labels.js'
import { barOf, scoreText } from '../../src/page/classify/score.js'
import { kindOf } from '../../src/page/films/kind.js'
import { licenceText } from '../../src/page/models/licence-text.js'
import { bytesText, msText } from '../../src/page/parts/amount.js'
import { PROBLEM_TITLES } from '../../src/http/problem.js'

test('every advice is for a code that the service has', () => {
  const known = Object.keys(PROBLEM_TITLES) as (keyof typeof PROBLEM_TITLES)[]
  const told = known.filter((code) => adviceFor({ code, status: 400 }) !== undefined)
  assert.ok(told.length > 20)
  assert.equal(adviceFor({ code: 'unknown', status: 400 }), undefined)
  assert.equal(adviceFor({ code: 'unknown', status: 502 }), adviceFor({ code: 'internal', status: 500 }))
})

test('a problem is read; a proxy’s own page becomes one', async () => {
  const own = { title: 'Busy', status: 429, detail: 'Later.', code: 'queue_full', request_id: 'r' }
  const busy = await readProblem(new Response(JSON.stringify(own), { status: 429, headers: { 'retry-after': '3' } }))
  assert.deepEqual(busy.problem, own)
  assert.equal(busy.retryAfterMs, 3000)
  const foreign = await readProblem(new Response('<html>Bad gateway</html>', { status: 502 }))
  assert.equal(foreign.problem.status, 502)
  assert.equal(foreign.problem.code, 'unknown')
  assert.equal(foreign.retryAfterMs, undefined)
})

test('a licence is told of what has one', () => {
  const whole = { weights: 'CC-BY-4.0', code: 'Apache-2.0', data: 'NIH', gated: false, commercial_use: 'see the card' }
  assert.equal(licenceText(whole), 'weights CC-BY-4.0, code Apache-2.0, data NIH')
  assert.equal(licenceText({ weights: 'CC-BY-4.0', gated: true, commercial_use: true }), 'weights CC-BY-4.0')
})

test('server-timing is read, and what is none is left out', () => {
  assert.deepEqual(readTimings('decode;dur=3.1, run;dur=20, note;desc="x", a;dur=1.2.3'), [
    { name: 'decode', ms: 3.1 },
    { name: 'run', ms: 20 },
  ])
  assert.deepEqual(readTimings(''), [])
})

test('x-unfit is read as words', () => {
  assert.deepEqual(readUnfit('0=not_a_chest, 1=lateral_view, <b>=x'), ['not a chest', 'lateral view'])
  assert.deepEqual(readUnfit(''), [])
})

test('shares are drawn on their own scale, margins from 0 to both sides', () => {
  assert.deepEqual(barOf(0.25, 'softmax', [0.25, 0.75]), { start: 0, length: 0.25, zero: undefined })
  assert.deepEqual(barOf(1, 'margin', [1, -3]), { start: 0.75, length: 0.25, zero: 0.75 })
  assert.deepEqual(barOf(-3, 'margin', [1, -3]), { start: 0, length: 0.75, zero: 0.75 })
  assert.deepEqual(barOf(0, 'cosine', [0]), { start: 0, length: 0, zero: undefined })
})

test('numbers are written as people read them', () => {
  assert.deepEqual([0.923, 0.0042, -0.5, 0].map(scoreText), ['0.92', '0.004', '−0.50', '0.000'])
  assert.deepEqual([0, 999, 8_561_389, 246_000_000, 3.2e9].map(bytesText), [
    '0 B',
    '999 B',
    '8.6 MB',
    '246 MB',
    '3.2 GB',
  ])
  assert.deepEqual([4.26, 350, 12_000].map(msText), ['4.3 ms', '350 ms', '12.0 s'])
})

test('labels are read a line each, once, and not without an end', () => {
  assert.deepEqual(readLabels(' effusion \n\nedema\neffusion\n'), ['effusion', 'edema'])
  assert.equal(readLabels(Array.from({ length: 5000 }, (_, index) => `l${index}`).join('\n')).length, 200)
})

test('files are told apart by their first bytes', () => {
  const dicom = new Uint8Array(132)
  dicom.set([0x44, 0x49, 0x43, 0x4d], 128)
  assert.equal(kindOf(dicom), 'dicom')
  assert.equal(kindOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47)), 'png')
  assert.equal(kindOf(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)), 'jpeg')
  assert.equal(kindOf(Uint8Array.of(0x49, 0x49, 0x2a, 0x00)), 'tiff')
  assert.equal(kindOf(new Uint8Array()), 'other')
})
