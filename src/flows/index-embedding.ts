import { AppError } from '../errors.js'
import type { Demand } from '../ports.js'
import type { StoredIndex, VectorModel } from '../retrieval/definition.js'
import type { ItemSource } from '../retrieval/source.js'
import { checkVector } from '../retrieval/vector.js'
import { startTimings, type Timings } from './answer.js'
import type { EncodedItem, Predict } from './predict.js'

/** What an item or a question is made of; a vector says which model made it. */
export type GivenSource = ItemSource & { readonly modelDigest?: string }

export interface MadeVector {
  /** float32[dimensions], checked. */
  readonly vector: Float32Array
  readonly timings: Readonly<Timings>
}

type Embeds = Pick<Predict, 'embeddings'>

/**
 * The vector of a source in the space of an index: made by its model, or taken as it is. Throws `index_model_mismatch` for
 * a vector of another model or of an unsaid one, `invalid_vector`, and what a request for embeddings throws.
 */
export async function vectorFor(
  predict: Embeds,
  { serving }: Pick<StoredIndex, 'serving'>,
  source: GivenSource,
  demand: Demand,
): Promise<MadeVector> {
  if (source.kind === 'vector') {
    checkDigest(serving.digest, source.modelDigest)
    return { vector: checkVector(source.vector, serving.dimensions), timings: startTimings() }
  }
  if (serving.model === undefined)
    throw new AppError('invalid_option', 'This index has no model: it takes vectors alone.')
  const made = await embed(predict, serving.model, source, demand)
  return { ...made, vector: checkVector(made.vector, serving.dimensions) }
}

/** Throws `index_model_mismatch` when other bytes than those of `model` answer. */
export async function embed(
  predict: Embeds,
  { name, version, digest }: VectorModel,
  source: Exclude<ItemSource, { kind: 'vector' }>,
  demand: Demand,
): Promise<MadeVector> {
  const { model, result, timings } = await predict.embeddings({
    ...{ model: `${name}@${version}`, items: [encodedItem(source)], demand },
  })
  if (model.digest !== digest)
    throw new AppError(
      'index_model_mismatch',
      `The model ${name}@${version} is no longer the one that made this index.`,
    )
  const [item] = result.items
  if (item?.level !== 'global') throw new AppError('internal', 'A model gave no vector. This is a bug.')
  return { vector: item.vector, timings }
}

function encodedItem(source: Exclude<ItemSource, { kind: 'vector' }>): EncodedItem {
  switch (source.kind) {
    case 'text':
      return { kind: 'text', text: source.text }
    case 'image':
      return { kind: 'image', image: source.films[0] }
    case 'study':
      return { kind: 'study', images: source.films }
  }
}

function checkDigest(known: string | undefined, given: string | undefined): void {
  if (known === undefined) {
    if (given === undefined) return
    throw new AppError('index_model_mismatch', 'This index does not say which model its vectors are of, so none may.')
  }
  if (given === undefined)
    throw new AppError('index_model_mismatch', 'Say in model_digest which model made the vector: its x-model-digest.')
  if (given !== known)
    throw new AppError('index_model_mismatch', 'Another model made the vector than those of this index.')
}
