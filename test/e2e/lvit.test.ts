/** The original LViT at a sixteenth of its width, from bytes to bytes, against what PyTorch made of the same films. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readNpy } from '../parity/npy.js'
import { FIXTURES, startService } from './service.js'

const MODEL = 'tiny-lvit'
const TOLERANCE = 1e-4

/** At the film's own size; made by test/fixtures/packs/lvit.py. */
interface Answer {
  readonly film: string
  readonly text: string
  readonly words: readonly string[]
  readonly width: number
  readonly height: number
  readonly probabilities_mean: number
  readonly area_px: number
  readonly 'within_1e-4_of_threshold_px': number
  /** [x, y, probability] */
  readonly samples: readonly (readonly [number, number, number])[]
}

interface Item {
  readonly words: { used: string[]; filled: number; cut: string[]; cut_count: number }
  readonly area_px: number
  readonly size: { width: number; height: number }
  readonly warnings: { code: string }[]
}

const answers = JSON.parse(readFileSync(join(FIXTURES, 'lvit/answers.json'), 'utf8')) as Answer[]
const film = (name: string): Buffer => readFileSync(join(FIXTURES, 'lvit', name))

function post(url: string, name: string, text: string, accept: string): Promise<Response> {
  const body = JSON.stringify({ model: MODEL, text, image: { data: film(name).toString('base64') } })
  return fetch(`${url}/v1/segmentations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body,
  })
}

async function askItem(url: string, name: string, text: string): Promise<Item> {
  const response = await post(url, name, text, 'application/json')
  assert.equal(response.status, 200, await response.clone().text())
  return ((await response.json()) as { data: [Item] }).data[0]
}

test('tiny-lvit over HTTP', async (t) => {
  const { url } = await startService(t, { DEFAULT_MODELS: MODEL })

  for (const answer of answers) {
    const { film: name, text } = answer
    await t.test(`${name}: ${text}: probabilities, mask and words are PyTorch's`, async () => {
      const response = await post(url, name, text, 'application/x-npy')
      assert.equal(response.status, 200)
      const { shape, data } = readNpy(new Uint8Array(await response.arrayBuffer()))
      assert.deepEqual(shape, [answer.height, answer.width])
      for (const [x, y, expected] of answer.samples)
        assert.ok(Math.abs(data[y * answer.width + x]! - expected) <= TOLERANCE, `at ${x}, ${y}`)
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length
      assert.ok(Math.abs(mean - answer.probabilities_mean) <= TOLERANCE)

      const item = await askItem(url, name, text)
      assert.ok(Math.abs(item.area_px - answer.area_px) <= answer['within_1e-4_of_threshold_px'])
      assert.deepEqual(item.words.used, answer.words)
    })
  }

  await t.test('says which words the rule of the loader put there and which were not read', async () => {
    const short = await askItem(url, 'portrait.png', 'left lung')
    assert.deepEqual(
      [short.words.used, short.words.filled, short.words.cut],
      [['left', 'lung', 'eof', 'xxx', 'eof', 'xxx', 'eof', 'xxx', 'eof', 'xxx'], 8, []],
    )
    const long = await askItem(url, 'portrait.png', `left lung ${'and right lung '.repeat(300)}`)
    assert.deepEqual(long.words.used, 'left lung and right lung and right lung and right'.split(' '))
    assert.equal(long.words.filled, 0)
    // Words of a very long text are counted for some hundreds of pieces beyond what is read.
    assert.equal(long.words.cut.length, 100)
    assert.ok(long.words.cut_count >= 100 && long.words.cut_count <= 2 + 300 * 3 - 10)
  })

  // Words of all lines are counted for the filling, and the first line alone is read.
  for (const text of ['one two three one two three one two three', 'left lung\nright lung and all of the lung'])
    await t.test(
      `refuses fewer than ten words, with which the released loader breaks: ${JSON.stringify(text)}`,
      async () => {
        const response = await post(url, 'portrait.png', text, 'application/json')
        assert.equal(response.status, 422)
        const problem = (await response.json()) as { code: string; detail: string }
        assert.equal(problem.code, 'invalid_text')
        assert.match(problem.detail, /10/)
      },
    )
})
