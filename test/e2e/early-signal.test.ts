import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { program } from '../program.js'
import { temporaryFolder } from '../folder.js'

const TELL = pathToFileURL(join(import.meta.dirname, 'tell-signals.mjs')).href

interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly status: number | NodeJS.Signals
  readonly log: string
}

/** Sends SIGTERM as soon as the program listens for it. */
async function stopEarly(args: readonly string[]): Promise<Ended> {
  const dataDir = temporaryFolder('early')
  const child = spawn(process.execPath, ['--import', TELL, ...args], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: { ...process.env, PORT: '0', DEFAULT_MODELS: '', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let log = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (log === '') child.kill('SIGTERM')
    log += text
  })
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return { status: code ?? signal!, log }
}

for (const args of [program('main'), [...program('cli/radserve'), 'serve']]) {
  test(`SIGTERM while ${args.slice(-2).join(' ')} is still being read ends it as soon as it has started`, async () => {
    const { status, log } = await stopEarly(args)
    assert.match(log, /^listens for SIGTERM\n/, 'nothing was logged before')
    assert.equal(status, 0)
    assert.match(log, /"signal":"SIGTERM".*"draining"/)
    assert.match(log, /"closed"/)
  })
}

test('a command that serves nothing ends as programs do', async () => {
  const { status, log } = await stopEarly([...program('cli/radserve'), 'models', 'verify'])
  // 143 says the same of a signal that came before the command began.
  assert.ok(status === 'SIGTERM' || status === 143, String(status))
  assert.equal(log, 'listens for SIGTERM\n')
})
