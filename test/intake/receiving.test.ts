import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { completeStudies } from '../../src/intake/completion.js'
import { backoffMs } from '../../src/intake/deliveries.js'
import { receiveFilm, type Received } from '../../src/intake/receiving.js'
import { finishStudies } from '../../src/intake/retention.js'
import type { Rule } from '../../src/intake/settings.js'
import type { State } from '../../src/state/state.js'
import { testBoth } from '../state/kinds.js'
import { filmOf } from './hospital.js'

const RULES: Rule[] = [
  {
    ...{ name: 'chest', when: {}, shadow: false },
    tasks: [
      {
        ...{ name: 'draft', route: '/v1/reports', of: 'film', options: {}, accept: 'application/dicom' },
        ...{ priority: 'routine', to: ['archive'] },
      },
    ],
  },
]

async function empty(state: State): Promise<void> {
  await state.database.query('truncate radserve.intake_studies cascade')
}

const receive = (state: State, bytes: Buffer, maxBytes = 1 << 30): Promise<Received> =>
  receiveFilm(
    { bytes, source: 'stow', sender: { caller: 'key:pacs' } },
    { state, rules: RULES, settings: { maxBytes } },
  )

let completed = 0

async function complete(state: State, quietMs: number): Promise<number | undefined> {
  const onComplete = (): number => completed++
  return completeStudies({ database: state.database, spool: await state.spool(), quietMs, rules: RULES, onComplete })
}

const studies = (state: State) =>
  state.database.query<{ state: string; revision: number; films: string; tasks: string }>(
    `select state, revision, (select count(*) from radserve.intake_films f where f.study_id = s.id) as films,
       (select count(*) from radserve.intake_tasks t where t.study_id = s.id) as tasks
     from radserve.intake_studies s order by number`,
  )

testBoth('a film that comes many times at once is one film; a study is one study', async (_t: TestContext, state) => {
  await empty(state)
  const films = [filmOf(1, 1), filmOf(1, 2), filmOf(1, 1), filmOf(1, 1), filmOf(1, 2)]
  const received = await Promise.all(films.map((film) => receive(state, film)))
  assert.equal(received.filter(({ outcome }) => outcome === 'stored').length, 2)
  assert.deepEqual(
    (await studies(state)).map(({ state: is, films: count }) => [is, Number(count)]),
    [['receiving', 2]],
  )
  await assert.rejects(receive(state, filmOf(1, 1, { '00080050': ['SH', 'another'] })), { code: 'instance_conflict' })
  const claimed = { instance: '2.25.1' }
  await assert.rejects(
    receiveFilm(
      { bytes: filmOf(1, 3), source: 'cstore', claimed, sender: { caller: 'ae:X' } },
      { state, rules: RULES, settings: { maxBytes: 1 << 30 } },
    ),
    { code: 'intake_conflict' },
  )
})

testBoth('a study is complete when it was quiet, once; a late film is a revision of its own', async (_t, state) => {
  await empty(state)
  await receive(state, filmOf(2, 1))
  const nextMs = await complete(state, 60_000)
  assert.ok(nextMs !== undefined && nextMs > 50_000 && nextMs <= 60_000, String(nextMs))
  assert.equal((await studies(state))[0]?.state, 'receiving')
  // As two replicas would.
  const before = completed
  await Promise.all([complete(state, 0), complete(state, 0)])
  assert.equal(completed - before, 1)
  await receive(state, filmOf(2, 2))
  await receive(state, filmOf(2, 1))
  await complete(state, 0)
  const all = await studies(state)
  assert.deepEqual(
    all.map(({ state: is, revision, films, tasks }) => [is, revision, Number(films), Number(tasks)]),
    [
      ['complete', 1, 1, 1],
      ['complete', 2, 1, 1],
    ],
  )
  assert.equal(await complete(state, 0), undefined)
})

testBoth('above the limit no film is taken; what has failed counts until it is given up', async (_t, state) => {
  await empty(state)
  const film = filmOf(3, 1)
  const maxBytes = film.length + 100
  await receive(state, film, maxBytes)
  await assert.rejects(receive(state, filmOf(3, 2), maxBytes), { code: 'storage_full' })
  await complete(state, 0)
  await state.database.query(`update radserve.intake_tasks set state = 'failed', code = 'internal'`)
  assert.equal(await finishStudies(state.database, await state.spool()), 1)
  assert.equal((await studies(state))[0]?.state, 'failed')
  await assert.rejects(receive(state, filmOf(3, 2), maxBytes), { code: 'storage_full' })
  await state.database.query('update radserve.intake_studies set cleared_at = now()')
  assert.equal((await receive(state, filmOf(3, 2), maxBytes)).outcome, 'stored')
})

testBoth('nothing of a film but digests is in the rows', async (_t, state) => {
  await empty(state)
  await receive(state, filmOf(4, 1, { '00081030': ['LO', `PLANTED ${randomUUID()}`] }))
  await complete(state, 0)
  const rows = await state.database.query<{ text: string }>(
    `select row_to_json(s)::text || row_to_json(f)::text || row_to_json(t)::text as text from radserve.intake_studies s
     join radserve.intake_films f on f.study_id = s.id join radserve.intake_tasks t on t.study_id = s.id`,
  )
  assert.equal(rows.length, 1)
  assert.doesNotMatch(rows[0]!.text, /planted|2\.25\.\d/i)
})

test('waiting doubles up to the longest, and is drawn from its upper half', () => {
  const settings = { retryFirstMs: 100, retryLongestMs: 1_000 }
  for (const [attempts, most] of [
    [1, 100],
    [2, 200],
    [4, 800],
    [5, 1_000],
    [5_000, 1_000],
  ] as const)
    for (let at = 0; at < 50; at++) {
      const ms = backoffMs(attempts, settings)
      assert.ok(ms >= most / 2 && ms <= most, `${attempts}: ${ms}`)
    }
})
