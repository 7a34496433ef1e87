import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import ts from 'typescript'

test('the client is made of what a browser has: it compiles without a type of Node', () => {
  const file = join(import.meta.dirname, '../../src/client/client.ts')
  const program = ts.createProgram([file], {
    ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: true, types: [] },
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  })
  const messages = ts.getPreEmitDiagnostics(program).map(({ messageText, file: at }) => [at?.fileName, messageText])
  assert.deepEqual(messages, [])
})
