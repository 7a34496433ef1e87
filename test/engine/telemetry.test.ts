import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { importerEnvironment } from '../../src/config.js'
import { temporaryFolder } from '../folder.js'

const ROOT = new URL('../..', import.meta.url)

test('the runtime tells its maker nothing, whatever the environment says: it keeps no id of the machine and no events', () => {
  const folder = temporaryFolder('telemetry')
  const home = join(folder, 'home')
  mkdirSync(home)
  const program = join(folder, 'program.mts')
  const engine = pathToFileURL(join(import.meta.dirname, '../../src/engine/')).href
  writeFileSync(
    program,
    `import { probeDevice } from '${engine}session.ts'
     await probeDevice({ device: { provider: 'cpu', index: 0 }, threads: 1 })`,
  )
  // Nothing of the environment but this: in CI the runtime keeps still by itself.
  const env = { PATH: process.env['PATH'], HOME: home, TMPDIR: folder, ORT_DISABLE_TELEMETRY: '0' }
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program], {
    ...{ cwd: ROOT, encoding: 'utf8', env, timeout: 60_000 },
  })
  assert.equal(status, 0, stderr)
  assert.deepEqual(readdirSync(home, { recursive: true }), [])
})

test('nor does that of an importer', () => {
  assert.equal(importerEnvironment()['ORT_DISABLE_TELEMETRY'], '1')
})
