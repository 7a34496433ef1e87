import assert from 'node:assert/strict'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'

const LINES = 2000
const LOGGER = pathToFileURL(resolve(import.meta.dirname, '../../src/observability/logger.ts')).href

function start(lines: number, end: string): ChildProcessByStdio<null, Readable, null> {
  const script = `
    const { createLogger } = await import(${JSON.stringify(LOGGER)})
    const log = createLogger('info')
    for (let at = 0; at < ${lines}; at++) log.info({ at }, 'a line')
    ${end}`
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

/** What a process says that writes many lines, and then ends so. */
async function outputOf(end: string): Promise<{ lines: string[]; code: number | null }> {
  const child = start(LINES, end)
  const [output, [code]] = await Promise.all([buffer(child.stdout), once(child, 'exit') as Promise<[number | null]>])
  return { lines: output.toString().trim().split('\n'), code }
}

for (const [what, end, code] of [
  ['by itself', '', 0],
  ['with an error that nobody caught', `setImmediate(() => { throw new Error('a bug') })`, 1],
] as const) {
  void test(`every line of a process that ends ${what} is written, once and in order`, async () => {
    const found = await outputOf(end)
    assert.equal(found.code, code)
    const told = found.lines.map((line) => (JSON.parse(line) as { at: number }).at)
    assert.deepEqual(
      told,
      Array.from({ length: LINES }, (_, at) => at),
    )
  })
}
