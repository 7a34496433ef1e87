import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

test('the V8 of this Node.js knows how far heaps may grow, and takes the value', () => {
  const program = `import { letHeapGrow } from ${JSON.stringify(new URL('../../src/app/heap.ts', import.meta.url).href)}; letHeapGrow()`
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', program],
    { encoding: 'utf8' },
  )
  // V8 says on one of the two what it does not know.
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' })
})
