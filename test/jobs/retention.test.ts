import assert from 'node:assert/strict'
import { readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { expireJobs, sweepBlobs } from '../../src/jobs/retention.js'
import { embeddedFolder, openState } from '../state/kinds.js'
import { temporaryFolder } from '../folder.js'
import { freshDatabase, noPostgres } from '../state/postgres.js'
import { HandExecute, makeJobs, submission, untilState } from './harness.js'

test('only bytes that a waiting request or a kept answer needs outlive the sweep', async (t) => {
  const dataDir = noPostgres === undefined ? temporaryFolder() : await embeddedFolder()
  const state = openState(t, { dataDir, ...(noPostgres === undefined && { databaseUrl: await freshDatabase(t) }) })
  await state.open()
  const hand = new HandExecute()
  const jobs = makeJobs(t, state, { maxRunningJobs: 1 })
  jobs.start(hand.execute)
  const done = await jobs.submit(submission('asked'))
  ;(await hand.call(0)).answer({ body: Buffer.from('answered') })
  await untilState(jobs, done, 'completed')
  await jobs.submit(submission('running'))
  await hand.call(1)
  await jobs.submit(submission('waiting'))

  const folder = join(dataDir, 'blobs')
  const files = (): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /[0-9a-f]{64}$/.test(name))
  await sweepBlobs(state.database, state.blobs)
  assert.equal(files().length, 4, 'what is young is left alone')
  const longAgo = new Date(Date.now() - 3_600_000)
  for (const file of files()) utimesSync(join(folder, file), longAgo, longAgo)
  await sweepBlobs(state.database, state.blobs)
  assert.equal(files().length, 3, 'the request that was answered is gone')
  assert.equal((await jobs.result(done)).kind, 'answer')

  await state.database.query(`update radserve.jobs set expires_at = now() where id = $1`, [done])
  assert.equal(await expireJobs(state.database, 60_000), 1)
  await sweepBlobs(state.database, state.blobs)
  assert.equal(files().length, 2, 'so is its answer')
  assert.deepEqual(await state.database.query('select 1 from radserve.job_events where job_id = $1', [done]), [])
  assert.equal((await jobs.get(done)).isExpired, true)
  await state.database.query(`update radserve.jobs set expired_at = now() - interval '1 day' where id = $1`, [done])
  await expireJobs(state.database, 60_000)
  await assert.rejects(jobs.get(done), (error) => (error as { code?: string }).code === 'job_not_found')
})
