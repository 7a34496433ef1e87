import { AppError } from '../errors.js'
import type { EncodedItem, Predict } from '../flows/predict.js'
import type { BootstrapOptions } from './bootstrap.js'
import { aboutFilm, readFilm } from './film-files.js'
import { precisionAt } from './figures/precision-at.js'
import { bootstrapFigure, meanOf, type Figure } from './figures/weighted.js'
import { inFlight } from './in-flight.js'
import type { Candidate, Query, Sought } from './retrieval-csv.js'

export interface PrecisionFigures {
  /** A class, or `(all)`. */
  readonly class: string
  readonly queries: number
  /** Candidates that are hits. */
  readonly hits: number
  /** By k. */
  readonly precision: Readonly<Record<string, Figure>>
}

export interface RetrievalReport {
  readonly task: 'retrieval'
  readonly model: { readonly name: string; readonly version: string; readonly digest: string }
  readonly bootstrap: BootstrapOptions
  readonly candidates: number
  /** Whether candidates of the query's own group were left out. */
  readonly excludes_group: boolean
  readonly figures: readonly PrecisionFigures[]
}

export interface RetrievalPlan {
  readonly model: string
  readonly queries: readonly Query[]
  readonly candidates: readonly Candidate[]
  readonly depths: readonly number[]
  readonly excludeGroup: boolean
  readonly bootstrap: BootstrapOptions
  readonly signal: AbortSignal
  onProgress(done: number, all: number): void
}

/**
 * P@k of queries by cosine of the model's vectors, the way ConVIRT's 8×200 and GLoRIA's 5×200 sets are read: a candidate
 * is a hit when its label for the query's class is 1. Means are over queries, intervals over their groups. Throws
 * `invalid_option` where fewer candidates than the largest k are left, and what `predict` throws.
 */
export async function evaluateRetrieval(
  predict: Pick<Predict, 'embeddings'>,
  plan: RetrievalPlan,
): Promise<RetrievalReport> {
  const { queries, candidates, bootstrap } = plan
  const items = [...queries, ...candidates].map(({ item }) => item)
  const { vectors, model } = await embedAll(predict, plan, items)
  const own = vectors.slice(queries.length)
  const precisions = queries.map((query, at) => precisionsOf(query, vectors[at]!, own, plan))
  const classes = [...new Set(queries.map(({ className }) => className))]
  const figuresOf = (name: string, at: readonly number[]): PrecisionFigures => ({
    class: name,
    queries: at.length,
    hits: candidates.filter(({ classes: has }) => (name === '(all)' ? classes.some((c) => has.has(c)) : has.has(name)))
      .length,
    precision: Object.fromEntries(
      plan.depths.map((depth, which) => {
        const values = at.map((query) => precisions[query]![which]!)
        const groups = at.map((query) => queries[query]!.group)
        return [depth, bootstrapFigure(meanOf(values), groups, bootstrap)!]
      }),
    ),
  })
  const rowsOf = (name: string): number[] =>
    [...queries.keys()].filter((at) => name === '(all)' || queries[at]!.className === name)
  const names = classes.length > 1 ? [...classes, '(all)'] : classes
  const figures = names.map((name) => figuresOf(name, rowsOf(name)))
  const shape = { candidates: candidates.length, excludes_group: plan.excludeGroup }
  return { task: 'retrieval', model, bootstrap, ...shape, figures }
}

function precisionsOf(query: Query, vector: Float32Array, own: readonly Float32Array[], plan: RetrievalPlan): number[] {
  const left = [...plan.candidates.keys()].filter(
    (at) => !plan.excludeGroup || plan.candidates[at]!.group !== query.group,
  )
  const deepest = Math.max(...plan.depths)
  if (left.length < deepest)
    throw new AppError('invalid_option', `There are ${left.length} candidates for a query, fewer than k ${deepest}.`)
  const scores = Float64Array.from(left, (at) => dot(vector, own[at]!))
  const isHit = left.map((at) => plan.candidates[at]!.classes.has(query.className))
  return precisionAt(scores, isHit, plan.depths)
}

async function embedAll(predict: Pick<Predict, 'embeddings'>, plan: RetrievalPlan, items: readonly Sought[]) {
  let model: RetrievalReport['model'] | undefined
  const vectors = await inFlight(
    items,
    async (item) => {
      const answer = await aboutFilm(item.kind === 'text' ? 'A text' : item.paths.join(';'), async () =>
        predict.embeddings({
          ...{ model: plan.model, items: [await encoded(item)] },
          demand: { priority: 'batch', signal: plan.signal, isDeterministic: false },
        }),
      )
      const [embedding] = answer.result.items
      if (embedding?.level !== 'global') throw new AppError('internal', 'An embedding came without its vector.')
      const { name, version, digest } = answer.model
      model = { name, version, digest }
      return embedding.vector
    },
    (done) => plan.onProgress(done, items.length),
  )
  return { vectors, model: model! }
}

async function encoded(item: Sought): Promise<EncodedItem> {
  if (item.kind === 'text') return item
  const images = await Promise.all(item.paths.map(readFilm))
  return images.length === 1 ? { kind: 'image', image: images[0]! } : { kind: 'study', images }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!
  return sum
}
