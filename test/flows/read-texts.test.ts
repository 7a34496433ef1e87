import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AppError } from '../../src/errors.js'
import { readTexts } from '../../src/flows/read-texts.js'
import { systemClock, type Clock } from '../../src/ports.js'
import { createTokenizer } from '../../src/text/tokenizer.js'

const FILE = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/text/tokenizers/wordpiece-lower.json'), 'utf8'),
) as unknown
const TEXTS = Array.from({ length: 40 }, (_, at) => `mild effusion number ${at}`)

const open = () =>
  createTokenizer(
    FILE,
    { clean: 'raw', tokenizer: 't', lowercase: true, max_length: 32, padding: 'fixed' },
    { maxTextCharacters: 100 },
  )

/** A clock on which each look takes so long. */
function slowClock(stepMs: number): Clock {
  let nowMs = 0
  return { nowMs: () => (nowMs += stepMs) }
}

/** How often the event loop came round while `act` ran. */
async function turnsOf(act: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await act()
  isOver = true
  return turns
}

test('the event loop comes round between texts that take long, and not for short ones', async () => {
  const { signal } = new AbortController()
  const slow = await turnsOf(() => readTexts(open(), TEXTS, { clock: slowClock(5), signal }))
  assert.ok(slow >= TEXTS.length, `${slow} turns`)
  const quick = await turnsOf(() => readTexts(open(), TEXTS, { clock: slowClock(0), signal }))
  assert.ok(quick <= 1, `${quick} turns`)
})

test('what is known is what the tokenizer says, faults too, each when it is asked for', async () => {
  const { signal } = new AbortController()
  const texts = [...TEXTS, '', 'x'.repeat(101)]
  const known = await readTexts(open(), texts, { clock: systemClock, signal })
  for (const text of TEXTS) assert.deepEqual(known.encode(text), open().encode(text))
  assert.throws(() => known.encode(''), { code: 'invalid_text' })
  assert.throws(() => known.encode('x'.repeat(101)), { code: 'too_large' })
  assert.deepEqual(known.encode('opacity'), open().encode('opacity'), 'one that was not announced')
})

test('a request whose deadline passes reads no further', async () => {
  const reason = new AppError('deadline_exceeded', 'Too late.')
  const reading = readTexts(open(), TEXTS, { clock: slowClock(5), signal: AbortSignal.abort(reason) })
  await assert.rejects(reading, { code: 'deadline_exceeded' })
})
