/**
 * The corrected REFERS at its full size: what the service writes and its decoder gives, against what PyTorch and Hugging Face's
 * `generate` gave for the same PNGs.
 *
 *     (cd model-store/import && python -m refers.prove --work /tmp/refers-proof)
 *     npx tsx test/parity/refers.ts /tmp/refers-proof
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ReportReply } from '../../src/http/schemas/reports.js'
import type { Tensor } from '../../src/tensor/tensor.js'
import { postJson, startService } from '../e2e/service.js'
import { readNpy } from './npy.js'

const MODEL = 'refers-original'
/** Greatest difference of a logit and of a log probability. */
const TOLERANCE = 1e-3

interface Search {
  readonly method: 'greedy' | 'beam'
  readonly beams: number
  readonly ids: readonly number[]
  readonly log_probabilities: readonly number[]
}

interface Case {
  readonly films: readonly string[]
  readonly view_weights: readonly number[]
  /** Of the greedy text, from the begin token on. */
  readonly tokens: readonly number[]
  readonly memory: string
  readonly logits: string
  readonly searches: readonly Search[]
}

const work = process.argv[2]
if (work === undefined) throw new Error('Say the folder that python -m refers.prove wrote.')
const expected = (name: string): Buffer => readFileSync(join(work, 'expected', name))
const cases = JSON.parse(expected('cases.json').toString()) as Case[]

const greatest = (found: ArrayLike<number>, wanted: ArrayLike<number>): number => {
  assert.equal(found.length, wanted.length)
  return Array.from(found).reduce((worst, value, at) => Math.max(worst, Math.abs(value - wanted[at]!)), 0)
}

test('the service writes what the framework writes', { timeout: 1_800_000 }, async (t) => {
  const environment = { MODEL_STORE: join(work, 'store'), DEFAULT_MODELS: MODEL, REQUEST_TIMEOUT_MS: '600000' }
  const { url, service } = await startService(t, environment)
  const demand = { priority: 'routine', signal: new AbortController().signal, isDeterministic: false } as const

  for (const entry of cases) {
    const name = `${entry.films.length} films`
    const images = entry.films.map((film) => ({ data: readFileSync(join(work, 'films', film)).toString('base64') }))
    for (const search of entry.searches) {
      await t.test(`${name}, ${search.method}`, async (step) => {
        const asked = search.method === 'beam' ? { beam: search.beams } : { method: search.method }
        const reply = await postJson(`${url}/v1/reports`, { images, ...asked, max_tokens: 30 })
        const report = (await reply.json()) as ReportReply
        assert.equal(reply.status, 200, JSON.stringify(report))
        assert.deepEqual(
          report.tokens.map(({ id }) => id),
          search.ids,
        )
        const values = report.tokens.map(({ log_probability }) => log_probability)
        const difference = greatest(values, search.log_probabilities)
        step.diagnostic(`${search.ids.length} tokens; log probabilities differ by ${difference.toExponential(2)}`)
        assert.ok(difference <= TOLERANCE)
        assert.ok(greatest(report.view_weights!, entry.view_weights) <= TOLERANCE)
      })
    }

    await t.test(`${name}, logits of every step`, async (step) => {
      const logits = readNpy(expected(entry.logits))
      const { data, shape } = readNpy(expected(entry.memory))
      const memory: Tensor = { dtype: 'float32', dims: shape, data: Float32Array.from(data) }
      const width = logits.shape[1]!
      let worst = 0
      for (let count = 1; count <= entry.tokens.length; count++) {
        const length = Math.min(Math.ceil(count / 8) * 8, 100)
        const tokens = BigInt64Array.from({ length }, (_, at) => BigInt(at < count ? entry.tokens[at]! : 0))
        const inputs = {
          tokens: { dtype: 'int64', dims: [1, length], data: tokens },
          token_count: { dtype: 'int64', dims: [1], data: BigInt64Array.of(BigInt(count)) },
          memory,
        } as const
        const { outputs } = await service.catalogue.infer({ model: MODEL, component: 'decoder_step', inputs, demand })
        const found = outputs['logits']!.data as Float32Array
        worst = Math.max(worst, greatest(found, logits.data.slice((count - 1) * width, count * width)))
      }
      step.diagnostic(`${entry.tokens.length} steps; logits differ by ${worst.toExponential(2)}`)
      assert.ok(worst <= TOLERANCE)
    })
  }
})
