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

test('refers-nfkd drops the combining characters of Python, of all code points, and no other mark', () => {
  const file = readJson('combining.json') as Record<'assigned' | 'combining', [number, number][]>
  const combining = new Set(file.combining.flatMap(([first, last]) => range(first, last)))
  const clean = CLEANERS['refers-nfkd']
  const different: string[] = []
  let compared = 0
  for (const point of file.assigned.flatMap(([first, last]) => range(first, last))) {
    const char = String.fromCodePoint(point)
    // What Python's version of Unicode knows and this runtime's does not cannot be compared.
    if (/\p{Cn}/u.test(char)) continue
    compared++
    const decomposed = Array.from(char.toLowerCase().normalize('NFKD'))
    const expected = decomposed.filter((part) => !combining.has(part.codePointAt(0)!)).join('')
    if (clean(`x${char}x`) !== `x${expected}x`) different.push(point.toString(16))
  }
  assert.deepEqual(different, [])
  assert.ok(compared > 280_000 && combining.size > 900, `${compared} compared`)
  assert.equal(clean('\u0915\u093e\u0301'), '\u0915\u093e', 'a vowel sign of class 0 stays')
})

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
}

test('no cleaner reads a text again and again', () => {
  const cost = (name: keyof typeof CLEANERS, text: string): number => {
    const start = process.cpuUsage()
    CLEANERS[name](text)
    const { user, system } = process.cpuUsage(start)
    return user + system
  }
  const MARKS = { 'gloria-sentences': '7', 'biovil-strip': '!' } as const
  for (const [name, mark] of Object.entries(MARKS) as [keyof typeof MARKS, string][]) {
    // Quadratic, this takes minutes; linear, milliseconds: no busy machine is that slow.
    assert.ok(cost(name, `${mark.repeat(1_000_000)} a`) < 5_000_000, name)
  }
})

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
