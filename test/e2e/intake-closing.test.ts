import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startServer } from './server.js'
import { plantStore } from './service.js'
import { temporaryFolder } from '../folder.js'

test('a service that takes films in ends at SIGTERM although its database never came', async (t) => {
  const folder = temporaryFolder('hospital')
  writeFileSync(join(folder, 'hospital.yaml'), 'intake: { quiet_ms: 50 }\n')
  const server = await startServer(t, plantStore(['good']), {
    HOSPITAL_CONFIG: join(folder, 'hospital.yaml'),
    DATABASE_URL: 'postgres://127.0.0.1:1/none',
    SHUTDOWN_GRACE_MS: '1000',
  })
  server.kill('SIGTERM')
  assert.equal(await server.ended, 0, server.log())
})
