import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CLEANERS } from '../../src/text/clean.js'
import { createEncodingCache } from '../../src/text/encoding-cache.js'

const readJson = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/text', name), 'utf8'))
const sentences = readJson('sentences.json') as string[]
const golden = readJson('cleaned.json') as Record<'gloria-sentences' | 'refers-nfkd', string[]>

for (const name of ['gloria-sentences', 'refers-nfkd'] as const) {
  test(`${name} does what the Python restatement does, on 1,000 sentences`, () => {
    const different = sentences.flatMap((text, at) =>
      CLEANERS[name](text) === golden[name][at]
        ? []
        : [{ text, found: CLEANERS[name](text), expected: golden[name][at] }],
    )
    assert.deepEqual(different.slice(0, 3), [], `${different.length} differ`)
  })
}

test('biovil-strip takes the marks off the end, raw takes nothing', () => {
  assert.equal(CLEANERS['biovil-strip']('Is there an effusion?!.'), 'Is there an effusion')
  assert.equal(CLEANERS['biovil-strip']('1.2 cm'), '1.2 cm')
  assert.equal(CLEANERS.raw(' A. '), ' A. ')
})

test('the cache of encodings is bounded in texts and in characters, and drops the oldest', () => {
  const cache = createEncodingCache<number>(3)
  for (const text of ['a', 'b', 'c']) cache.remember(text, 1)
  cache.recall('a')
  cache.remember('d', 1)
  assert.deepEqual([cache.recall('a'), cache.recall('b'), cache.size], [1, undefined, 3])
  const long = createEncodingCache<number>(1000)
  for (let i = 0; i < 5; i++) long.remember(String(i).repeat(900_000), 1)
  assert.equal(long.size, 2)
})
