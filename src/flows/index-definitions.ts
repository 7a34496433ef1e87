import { AppError } from '../errors.js'
import type { Demand } from '../ports.js'
import {
  DEFAULT_GRAPH,
  type GraphOptions,
  type IndexDefinition,
  type MetadataField,
  type Metric,
  type StoredIndex,
  type VectorSpace,
} from '../retrieval/definition.js'
import type { Retrieval } from '../retrieval/retrieval.js'
import type { Predict } from './predict.js'

/** An index as it is asked for. */
export interface IndexAsked {
  readonly metric?: Metric
  /** `name` or `name@version`; with `dimensions` left out as well, the task's default. */
  readonly model?: string
  /** Of vectors that come from elsewhere. */
  readonly dimensions?: number
  /** Of the model that makes them. */
  readonly modelDigest?: string
  readonly fields?: readonly MetadataField[]
  readonly storesSources?: boolean
  readonly graph?: Partial<GraphOptions>
  /** Who asks, and whose it is when it is made. */
  readonly owner: string
}

/** `rebuilding`: another model takes over when it has read everything again. */
export type PutOutcome = 'created' | 'unchanged' | 'rebuilding'

export interface PutDeps {
  readonly retrieval: Retrieval
  readonly predict: Pick<Predict, 'embeddings'>
  readonly maxIndexes: number
}

/**
 * Makes the index, or moves it to the model that is asked for. Asked again with the same words it does nothing. Throws
 * `index_conflict` for one that is there and defined otherwise, or that cannot move because it did not keep what its
 * items were made of.
 */
export async function putIndex(
  deps: PutDeps,
  name: string,
  asked: IndexAsked,
  demand: Demand,
): Promise<{ index: StoredIndex; outcome: PutOutcome }> {
  const { indexes } = deps.retrieval
  const definition = fillDefinition(name, asked)
  const known = await indexes.find(name)
  if (known !== undefined) refuseOther(known, definition)
  const space = await spaceOf(deps.predict, asked, demand)
  if (known === undefined) {
    const spool = definition.storesSources ? await deps.retrieval.spool() : undefined
    const { maxIndexes } = deps
    const { owner } = asked
    const index = await indexes.create(definition, space, { maxIndexes, owner, ...(spool !== undefined && { spool }) })
    return { index, outcome: 'created' }
  }
  if (isSame(known.serving, space)) {
    // Whoever asks for what serves does not want another model any more.
    const index = known.next === undefined ? known : await indexes.cancelGeneration(known)
    return { index, outcome: 'unchanged' }
  }
  if (known.next?.state === 'building' && isSame(known.next, space)) return { index: known, outcome: 'rebuilding' }
  await refuseLost(deps.retrieval, known, space)
  return { index: await indexes.beginGeneration(known, space), outcome: 'rebuilding' }
}

function fillDefinition(name: string, asked: IndexAsked): IndexDefinition {
  const { metric = 'cosine', fields = [], storesSources = false, graph } = asked
  const filled = { ...DEFAULT_GRAPH, ...graph }
  if (filled.efConstruction < 2 * filled.m)
    throw new AppError('invalid_option', 'A graph takes an ef_construction of 2 · m at least.')
  return { name, metric, fields, storesSources, graph: filled }
}

/** The width of the model's vectors is read from one: a graph may leave it open. */
async function spaceOf(predict: PutDeps['predict'], asked: IndexAsked, demand: Demand): Promise<VectorSpace> {
  const { model, dimensions, modelDigest: digest } = asked
  if (dimensions !== undefined) {
    if (model !== undefined)
      throw new AppError('invalid_option', 'Name a model, or the dimensions of vectors from elsewhere, but not both.')
    return { dimensions, ...(digest !== undefined && { digest }) }
  }
  if (digest !== undefined)
    throw new AppError('invalid_option', 'A model_digest is said of vectors from elsewhere, beside their dimensions.')
  const answer = await predict.embeddings({
    ...{ items: [{ kind: 'text', text: 'chest' }], demand },
    ...(model !== undefined && { model }),
  })
  const [item] = answer.result.items
  if (item?.level !== 'global') throw new AppError('internal', 'A model gave no vector. This is a bug.')
  return { dimensions: item.vector.length, model: answer.model, digest: answer.model.digest }
}

function isSame(a: VectorSpace, b: VectorSpace): boolean {
  return a.dimensions === b.dimensions && a.digest === b.digest && (a.model === undefined) === (b.model === undefined)
}

function refuseOther(known: IndexDefinition, asked: IndexDefinition): void {
  const sorted = (fields: readonly MetadataField[]): string =>
    fields
      .map(({ name, type }) => `${name}:${type}`)
      .sort()
      .join()
  const differences = [
    ...(known.metric === asked.metric ? [] : ['metric']),
    ...(sorted(known.fields) === sorted(asked.fields) ? [] : ['metadata']),
    ...(known.storesSources === asked.storesSources ? [] : ['store_sources']),
    ...(Object.entries(known.graph).every(([key, value]) => asked.graph[key as keyof GraphOptions] === value)
      ? []
      : ['graph']),
  ]
  if (differences.length === 0) return
  const what = differences.join(', ')
  throw new AppError('index_conflict', `The index is there with another ${what}; only its model can be changed.`)
}

async function refuseLost(retrieval: Retrieval, known: StoredIndex, space: VectorSpace): Promise<void> {
  if (space.model === undefined && known.serving.items > 0)
    throw new AppError('index_conflict', 'The index holds vectors of another kind, and these cannot be made anew.')
  if (await retrieval.rebuild.hasAllSources(known)) return
  throw new AppError(
    'index_conflict',
    'The index cannot move to another model: it does not have what its items were made of. ' +
      'Make a new one, with store_sources if it is to move later.',
  )
}
