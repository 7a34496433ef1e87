/** Greedy and beam search beside Hugging Face's `generate`, token for token, over the same seeded decoder with and without a cache. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stepByStep, type RunLoop } from '../../../src/families/loop.js'
import { decode } from '../../../src/families/report/decode.js'
import type { Hypothesis } from '../../../src/families/report/decoding/decoding.js'
import { filterScores } from '../../../src/families/report/decoding/sample.js'
import type { FilledReportOptions } from '../../../src/families/report/options.js'
import type { Tensor } from '../../../src/tensor/tensor.js'
import { elsewhere } from '../elsewhere.js'
import { openSeededDecoder, REPORT, type SearchCase } from './tiny-report.js'

const TOLERANCE = 1e-4

function optionsOf({ options, max_tokens: maxTokens }: SearchCase): FilledReportOptions {
  const { num_beams: beams, length_penalty: lengthPenalty = 1, early_stopping: earlyStopping = false } = options
  const { no_repeat_ngram_size: noRepeatNgram = 0, forbid_repeat_last: forbidRepeatLast = false } = options
  const common = { maxTokens, noRepeatNgram, forbidRepeatLast }
  return beams === undefined
    ? { ...common, method: 'greedy' }
    : { ...common, method: 'beam', beams, lengthPenalty, earlyStopping }
}

type Seeded = Awaited<ReturnType<typeof openSeededDecoder>>

async function search(
  { model }: Seeded,
  memory: Tensor,
  options: FilledReportOptions,
  advance: RunLoop,
): Promise<Hypothesis> {
  let best: Hypothesis | undefined
  await decode(model, { study: { memory }, options }, advance, (decoding) => (best = decoding.best))
  return best!
}

for (const graph of ['whole', 'cached'] as const) {
  test(`${graph}: the texts of all searches are those of the reference library`, async (t) => {
    const seeded = await openSeededDecoder(graph)
    const { calls, memories, cases } = seeded
    let worst = 0
    for (const asked of cases) {
      const found = await search(seeded, memories[asked.memory]!, optionsOf(asked), stepByStep(seeded.run))
      const { tokens, logProbabilities, score } = found
      assert.deepEqual(tokens, asked.ids, JSON.stringify(asked))
      asked.log_probabilities.forEach((value, at) => (worst = Math.max(worst, Math.abs(value - logProbabilities[at]!))))
      // In float32 there, and up to 20 times the sum of all log probabilities.
      if (asked.score !== undefined) assert.ok(Math.abs(asked.score / score - 1) <= 1e-5, JSON.stringify(asked))
    }
    const texts = new Set(cases.map(({ memory, ids }) => `${memory}:${ids.join()}`))
    t.diagnostic(`${cases.length} searches, ${texts.size} texts, ${calls.length} runs; worst log probability ${worst}`)
    assert.ok(worst <= TOLERANCE)
  })

  test(`${graph}: a search that goes on elsewhere gives the same, bit for bit`, async () => {
    const seeded = await openSeededDecoder(graph)
    const draws = { method: 'sample', temperature: 0.8, topK: 20, topP: 0.95, seed: 7n } as const
    const common = { maxTokens: 20, noRepeatNgram: 2, forbidRepeatLast: true }
    const asked = [
      { memory: 0, options: { ...common, ...draws } },
      ...seeded.cases.filter((_, at) => at % 5 === 0).map((one) => ({ ...one, options: optionsOf(one) })),
    ]
    for (const { memory, options } of asked) {
      const [here, ...others] = await Promise.all(
        [stepByStep(seeded.run), elsewhere(seeded.run, 1), elsewhere(seeded.run, 5)].map((advance) =>
          search(seeded, seeded.memories[memory]!, options, advance),
        ),
      )
      for (const other of others)
        assert.deepEqual(
          other,
          here,
          JSON.stringify(options, (_, value) => String(value)),
        )
    }
  })
}

test('rows of a beam go in one run, filled up to lengths that others have too', async () => {
  for (const graph of ['whole', 'cached'] as const) {
    const seeded = await openSeededDecoder(graph)
    const common = { maxTokens: 20, noRepeatNgram: 0, forbidRepeatLast: true }
    const beams = { method: 'beam', beams: 4, lengthPenalty: 2, earlyStopping: 'never' } as const
    await search(seeded, seeded.memories[0]!, { ...common, ...beams }, stepByStep(seeded.run))
    const { calls } = seeded
    const lengths = calls.map(({ feeds }) =>
      graph === 'whole' ? feeds['tokens']!.dims[1]! : feeds['past_keys']!.dims[3]!,
    )
    assert.deepEqual(calls.map(({ feeds }) => feeds['tokens']!.dims[0]).slice(0, 3), [1, 4, 4])
    assert.ok(lengths.every((length) => length % 8 === 0) && new Set(lengths).size <= 3)
    if (graph === 'cached') assert.ok(calls.every(({ feeds }) => feeds['tokens']!.dims[1] === 1))
  }
})

test('alone equals in company, to the last bits that a tolerance of 1e-5 leaves', async () => {
  const { run, memories } = await openSeededDecoder('whole')
  const prefixes = [[1], [1, 34], [1, 34, 100, 84, 7, 9, 11, 34], [1, 2, 3]]
  // As the batcher does it: rows of one padded length, each with its own count.
  const logitsOf = async (rows: readonly (readonly number[])[]): Promise<Float32Array> => {
    const tokens = rows.flatMap((own) => [...own, ...new Array<number>(8 - own.length).fill(0)])
    const counts = BigInt64Array.from(rows, ({ length }) => BigInt(length))
    const memory = Float32Array.from(rows.flatMap(() => [...(memories[0]!.data as Float32Array)]))
    const { logits } = await run('decoder_step', {
      tokens: { dtype: 'int64', dims: [rows.length, 8], data: BigInt64Array.from(tokens, BigInt) },
      token_count: { dtype: 'int64', dims: [rows.length], data: counts },
      memory: { dtype: 'float32', dims: [rows.length, ...memories[0]!.dims.slice(1)], data: memory },
    })
    return logits!.data as Float32Array
  }
  const together = await logitsOf(prefixes)
  for (const [row, prefix] of prefixes.entries()) {
    const own = await logitsOf([prefix])
    own.forEach((value, id) => assert.ok(Math.abs(value - together[row * own.length + id]!) <= 1e-5))
  }
})

interface Filters {
  readonly logits: readonly number[]
  readonly cases: readonly { temperature: number; top_k: number; top_p: number; probabilities: number[] }[]
}

test('temperature, top k and top p leave what the reference library leaves', () => {
  const [{ logits, cases }] = JSON.parse(readFileSync(join(REPORT, 'filters.json'), 'utf8')) as [Filters]
  for (const { temperature, top_k: topK, top_p: topP, probabilities } of cases) {
    const scores = Float64Array.from(logits)
    filterScores(scores, { temperature, topK, topP })
    const sum = scores.reduce((all, score) => all + Math.exp(score), 0)
    const found = Array.from(scores, (score) => Math.exp(score) / sum)
    const worst = Math.max(...found.map((value, id) => Math.abs(value - probabilities[id]!)))
    assert.ok(worst <= 1e-8, JSON.stringify({ temperature, topK, topP, worst }))
  }
  assert.equal(cases.length, 48)
})
