/**
 * 200 films by 50 texts at a system's full size: does the service rank the texts of each film as PyTorch does on the same weights?
 *
 *     (cd model-store/import && python -m chexzero.prove --work W && python -m importing.ranking chexzero --work W)
 *     npx tsx test/parity/ranking.ts W chexzero
 *
 * Arguments: the folder and the model in its `packs`. A film whose texts stand in another order is one of near ties when every two texts
 * that change places are closer in PyTorch than its own scores move with another library's convolutions, each of the two by so much;
 * any other fails.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SimilaritiesReply } from '../../src/http/schemas/similarities.js'
import { postJson, startService } from '../e2e/service.js'
import { readNpy } from './npy.js'

/** What sums of some hundred products of float32 can differ by with their order, whatever the convolutions. */
const LEAST_TIE = 1e-6
const LARGEST_DIFFERENCE = 1e-3
const FILMS_A_REQUEST = 8

const [work, model] = process.argv.slice(2)
if (work === undefined || model === undefined)
  throw new Error('Say the folder that prove and importing.ranking wrote, and the model.')

interface Cases {
  readonly films: readonly string[]
  readonly texts: readonly string[]
  /** Greatest difference of PyTorch's scores between oneDNN's convolutions and its own. */
  readonly moved: number
}

test(`${model} ranks texts as PyTorch does`, { timeout: 3_600_000 }, async (t) => {
  const folder = join(work, `ranking-${model}`)
  const { films, texts, moved } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Cases
  const { data } = readNpy(readFileSync(join(folder, 'global.npy')))
  const environment = { MODEL_STORE: join(work, 'packs'), DEFAULT_MODELS: model, REQUEST_TIMEOUT_MS: '600000' }
  const { url } = await startService(t, environment)
  let alike = 0
  let worst = 0
  const gaps: number[] = []
  for (let begin = 0; begin < films.length; begin += FILMS_A_REQUEST) {
    const rows = await scores(url, films.slice(begin, begin + FILMS_A_REQUEST), texts)
    rows.forEach((found, at) => {
      const expected = Array.from(data.subarray((begin + at) * texts.length, (begin + at + 1) * texts.length))
      worst = Math.max(worst, ...found.map((score, text) => Math.abs(score - expected[text]!)))
      const gap = widestSwap(found, expected)
      if (gap === undefined) alike++
      else gaps.push(gap)
    })
  }
  t.diagnostic(`${alike} of ${films.length} films rank ${texts.length} texts alike; greatest difference ${worst}`)
  t.diagnostic(`the others' texts that change places are at most ${Math.max(0, ...gaps)} apart`)
  assert.ok(worst <= LARGEST_DIFFERENCE, `scores differ by ${worst}`)
  const tie = Math.max(LEAST_TIE, 2 * moved)
  t.diagnostic(`PyTorch's own scores move by ${moved}`)
  const wide = gaps.filter((gap) => gap > tie)
  assert.equal(wide.length, 0, `${wide.length} films rank texts otherwise that are no near ties: ${wide.join(' ')}`)
})

async function scores(url: string, films: readonly string[], texts: readonly string[]): Promise<number[][]> {
  const images = films.map((path) => ({ data: readFileSync(path).toString('base64') }))
  const reply = await postJson(`${url}/v1/similarities`, { model, images, texts, mode: 'global' })
  const text = await reply.text()
  assert.equal(reply.status, 200, text.slice(0, 500))
  const { data } = JSON.parse(text) as SimilaritiesReply
  return films.map((_, film) => data.filter(({ image }) => image === film).map(({ score }) => score))
}

/** How far apart in `expected` the texts are that `found` has the other way round; `undefined` when there are none. */
function widestSwap(found: readonly number[], expected: readonly number[]): number | undefined {
  let widest: number | undefined
  for (let one = 0; one < found.length; one++) {
    for (let other = 0; other < found.length; other++) {
      const gap = expected[one]! - expected[other]!
      // A tie there may stand in either order here.
      if (gap > 0 && found[one]! < found[other]!) widest = Math.max(widest ?? 0, gap)
    }
  }
  return widest
}
