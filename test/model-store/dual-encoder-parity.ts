/** What a service answers about an imported two-tower pack, beside what the framework gave for the same bytes and texts. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ClassificationsReply } from '../../src/http/schemas/classifications.js'
import type { EmbeddingsReply } from '../../src/http/schemas/embeddings.js'
import type { SimilaritiesReply } from '../../src/http/schemas/similarities.js'
import { postJson } from '../e2e/service.js'
import { readNpy } from '../parity/npy.js'

/** `cases.json` of `importing/dual_encoder/expected.py`. */
interface Cases {
  readonly films: readonly string[]
  readonly texts: readonly string[]
  readonly words: readonly (readonly string[] | null)[]
  readonly label_set: string | null
  readonly classes: readonly string[]
  readonly arrays: readonly string[]
}

export interface Tolerances {
  /** Least cosine of a vector, a cell and a word with the expected one. */
  readonly cosine: number
  /** Greatest difference of a number of a score or a map, and of one of a vector of unit length. */
  readonly difference: number
}

/** Issue 6, the same encoded film and text over HTTP. */
export const OVER_HTTP: Tolerances = { cosine: 0.9999, difference: 1e-3 }

export interface ParityInput {
  readonly url: string
  /** `name@version` or a name. */
  readonly model: string
  /** The folder with `films` in it. */
  readonly work: string
  /** The folder with `cases.json`. */
  readonly expected: string
  readonly tolerances?: Tolerances
}

/** One quantity beside the framework's. */
interface Row {
  readonly quantity: string
  readonly count: number
  readonly worst: number
  /** Absent for scores, which are no vectors. */
  readonly cosine?: number
}

type Rows = readonly (readonly number[])[]

/** A subtest for each quantity; its diagnostic is the row of the table in docs/parity.md. */
export async function compareDualEncoder(t: TestContext, input: ParityInput): Promise<void> {
  const asked = new Asked(input)
  const tolerances = input.tolerances ?? OVER_HTTP
  for (const [quantity, measure] of Object.entries(QUANTITIES)) {
    if (!asked.has(quantity)) continue
    await t.test(`${input.model}: ${quantity}`, async (step) => {
      const row = await measure(asked)
      const cosine = row.cosine === undefined ? '' : `, least cosine ${row.cosine.toFixed(8)}`
      step.diagnostic(`${quantity}: n ${row.count}, greatest difference ${row.worst.toExponential(1)}${cosine}`)
      assert.ok(row.worst <= tolerances.difference, `${quantity} differ by ${row.worst}`)
      assert.ok((row.cosine ?? 1) >= tolerances.cosine, `${quantity} have a cosine of ${row.cosine}`)
    })
  }
}

/** The requests, and the arrays beside them. */
class Asked {
  readonly cases: Cases
  private readonly input: ParityInput

  constructor(input: ParityInput) {
    this.input = input
    this.cases = JSON.parse(readFileSync(join(input.expected, 'cases.json'), 'utf8')) as Cases
  }

  /** Words and maps have an array a text. */
  has(name: string): boolean {
    return this.cases.arrays.some((array) => array === name || array === `${name}-0`)
  }

  /** The rows of an array's last dim. */
  rows(name: string): number[][] {
    const { shape, data } = readNpy(readFileSync(join(this.input.expected, `${name}.npy`)))
    const width = shape.at(-1)!
    return Array.from({ length: data.length / width }, (_, at) => Array.from(data.slice(at * width, (at + 1) * width)))
  }

  get images(): { data: string }[] {
    return this.cases.films.map((film) => ({
      data: readFileSync(join(this.input.work, 'films', film)).toString('base64'),
    }))
  }

  async post<Reply>(path: string, body: object): Promise<Reply> {
    const reply = await postJson(`${this.input.url}/v1/${path}`, { model: this.input.model, ...body })
    const text = await reply.text()
    assert.equal(reply.status, 200, text.slice(0, 500))
    return JSON.parse(text) as Reply
  }

  async vectors(input: readonly object[], level: 'global' | 'local'): Promise<EmbeddingsReply['data']> {
    return (await this.post<EmbeddingsReply>('embeddings', { input, level })).data
  }

  async similarities(mode: 'global' | 'local' | 'both', maps = false): Promise<SimilaritiesReply['data']> {
    const { texts } = this.cases
    return (await this.post<SimilaritiesReply>('similarities', { images: this.images, texts, mode, maps })).data
  }
}

const QUANTITIES: Readonly<Record<string, (asked: Asked) => Promise<Row>>> = {
  images: async (asked) => {
    const found = await asked.vectors(
      asked.images.map((image) => ({ image })),
      'global',
    )
    return compareVectors('image vectors', oneEach(found), asked.rows('images'))
  },
  cells: async (asked) => {
    const found = await asked.vectors(
      asked.images.map((image) => ({ image })),
      'local',
    )
    return compareVectors('cells of the local grid', manyEach(found), asked.rows('cells'))
  },
  texts: async (asked) => {
    const found = await asked.vectors(
      asked.cases.texts.map((text) => ({ text })),
      'global',
    )
    return compareVectors('text vectors', oneEach(found), asked.rows('texts'))
  },
  words: async (asked) => {
    const { texts, words } = asked.cases
    const found = await asked.vectors(
      texts.map((text) => ({ text })),
      'local',
    )
    const shown = found.map((entry, at) => {
      const labels = words[at]!.filter((label) => label !== '')
      assert.deepEqual(entry.words!.slice(0, labels.length), labels)
      return { ...entry, embedding: (entry.embedding as number[][]).slice(0, labels.length) }
    })
    const expected = texts.flatMap((_, at) => asked.rows(`words-${at}`))
    return compareVectors('word vectors', manyEach(shown), expected)
  },
  prototypes: async (asked) => {
    const expected = asked.rows('prototypes')
    const count = expected[0]!.length
    const input = asked.images.map((image) => ({ image }))
    const { data } = await asked.post<EmbeddingsReply>('embeddings', { input, prototypes: count })
    const found = data.map(({ prototypes }) => {
      const shares = new Array<number>(count).fill(NaN)
      for (const { index, probability } of prototypes!) shares[index] = probability
      return shares
    })
    return compareVectors('shares of prototypes', found, expected)
  },
  global: (asked) => compareSimilarity(asked, 'global'),
  local: (asked) => compareSimilarity(asked, 'local'),
  both: (asked) => compareSimilarity(asked, 'both'),
  maps: async (asked) => {
    const { texts, films } = asked.cases
    const found = await asked.similarities('local', true)
    const expected = texts.map((_, at) => asked.rows(`maps-${at}`))
    const pairs = found.map(({ image, text, map }) => {
      const words = expected[text]!.length / films.length
      return { found: map!.values!, expected: expected[text]!.slice(image * words, (image + 1) * words) }
    })
    return compareVectors(
      'maps',
      pairs.flatMap((pair) => pair.found),
      pairs.flatMap((pair) => pair.expected),
    )
  },
  classes: async (asked) => {
    const body = { images: asked.images, label_set: asked.cases.label_set }
    const { data } = await asked.post<ClassificationsReply>('classifications', body)
    const found = data.map(({ labels }) =>
      asked.cases.classes.map((wanted) => labels.find(({ label }) => label === wanted)!.score),
    )
    return compareScores('zero-shot scores', found, asked.rows('classes'))
  },
}

async function compareSimilarity(asked: Asked, mode: 'global' | 'local' | 'both'): Promise<Row> {
  const { films, texts } = asked.cases
  const found = await asked.similarities(mode)
  assert.equal(found.length, films.length * texts.length)
  const rows = films.map((_, image) => found.filter((pair) => pair.image === image).map(({ score }) => score))
  const expected = asked.rows(mode)
  rows.forEach((row, film) => {
    assert.deepEqual(ranking(row), ranking(expected[film]!), `texts of film ${film} are ranked otherwise`)
  })
  return compareScores(`similarity, ${mode}`, rows, expected)
}

const ranking = (scores: readonly number[]): number[] =>
  scores.map((_, at) => at).sort((a, b) => scores[b]! - scores[a]!)

const oneEach = (data: EmbeddingsReply['data']): number[][] => data.map(({ embedding }) => embedding as number[])
const manyEach = (data: EmbeddingsReply['data']): number[][] =>
  data.flatMap(({ embedding }) => embedding as unknown as number[][])

function compareScores(quantity: string, found: Rows, expected: Rows): Row {
  return { quantity, count: found.flat().length, worst: greatest(found, expected) }
}

function compareVectors(quantity: string, found: Rows, expected: Rows): Row {
  const worst = greatest(found, expected)
  const cosine = Math.min(...found.map((row, at) => cosineOf(row, expected[at]!)))
  return { quantity, count: found.length, worst, cosine }
}

/** Rows that are missing or too long are a failure, not a difference. */
function greatest(found: Rows, expected: Rows): number {
  assert.deepEqual(
    found.map((row) => row.length),
    expected.map((row) => row.length),
  )
  const values = expected.flat()
  return found.flat().reduce((worst, value, at) => Math.max(worst, Math.abs(value - values[at]!)), 0)
}

function cosineOf(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, at) => sum + value * y[at]!, 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

