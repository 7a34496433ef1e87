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
  const source = pathToFileURL(join(import.meta.dirname, '../../src/')).href
  writeFileSync(
    program,
    `import { laneEnvironment } from '${source}config.ts'
     import { openLaneLink } from '${source}engine/lane-link.ts'
     const settings = { devices: [{ provider: 'cpu', index: 0 }], threads: 1, niceness: 0 }
     const link = openLaneLink({ settings, environment: laneEnvironment(), onStderr: console.error })
     await link.call({ kind: 'ping' }, 60_000)
     link.end()
     await link.exited`,
  )
  // Nothing of the environment but this: in CI the runtime keeps still by itself.
  const env = { PATH: process.env['PATH'], HOME: home, TMPDIR: folder, ORT_DISABLE_TELEMETRY: '0' }
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program], {
    ...{ cwd: ROOT, encoding: 'utf8', env, timeout: 60_000 },
  })
  assert.equal(status, 0, stderr)
  assert.deepEqual(readdirSync(home, { recursive: true }), [])
})

test('nor does that of an importer', (t) => {
  const given = process.env['ORT_DISABLE_TELEMETRY']
  t.after(() => (process.env['ORT_DISABLE_TELEMETRY'] = given))
  process.env['ORT_DISABLE_TELEMETRY'] = '0'
  assert.equal(importerEnvironment()['ORT_DISABLE_TELEMETRY'], '1')
})
