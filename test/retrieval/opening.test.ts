import assert from 'node:assert/strict'
import { buildIndexHttp } from '../http/index-http.js'
import { makeJobs } from '../jobs/harness.js'
import { testServer } from '../state/kinds.js'
import { noPgvector } from '../state/postgres.js'

testServer(
  'a server whose pgvector is too old keeps jobs, says so of indexes, and is asked again',
  async (t, state) => {
    await state.database.query('create extension vector')
    const [{ extversion: version } = { extversion: '' }] = await state.database.query<{ extversion: string }>(
      `select extversion from pg_extension where extname = 'vector'`,
    )
    const pretend = (as: string) =>
      state.database.query(`update pg_extension set extversion = $1 where extname = 'vector'`, [as])
    await pretend('0.7.4')
    const http = await buildIndexHttp(t, state)
    const refused = await http.ask('PUT', '/films', { model: 'tiny' })
    assert.deepEqual([refused.status, refused.body['code']], [501, 'index_unsupported'])
    assert.match(String(refused.body['title']), /pgvector 0\.8/)
    assert.deepEqual(await makeJobs(t, state).list({ limit: 10 }), [])
    await pretend(version)
    assert.equal((await http.ask('PUT', '/films', { model: 'tiny' })).status, 201)
  },
  noPgvector,
)
