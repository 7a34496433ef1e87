import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startServer } from './server.js'
import { plantStore } from './service.js'

test('a service that takes films in ends at SIGTERM although its database never came', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'radserve-hospital-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'hospital.yaml'), 'intake: { quiet_ms: 50 }\n')
  const server = await startServer(t, plantStore(t, ['good']), {
    HOSPITAL_CONFIG: join(folder, 'hospital.yaml'),
    DATABASE_URL: 'postgres://127.0.0.1:1/none',
    SHUTDOWN_GRACE_MS: '1000',
  })
  server.kill('SIGTERM')
  assert.equal(await server.ended, 0, server.log())
})
