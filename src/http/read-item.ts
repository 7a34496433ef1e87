import { AppError, type FieldError } from '../errors.js'
import type { GivenItem, GivenSource } from '../flows/indexes.js'
import type { HttpOptions } from './options.js'
import { readImages, type PlacedImage } from './read-images.js'
import { checkTexts } from './read-texts.js'
import type { ItemInput, SearchBody } from './schemas/index-items.js'

type SourceInput = Pick<ItemInput, 'image' | 'images' | 'study' | 'text' | 'vector' | 'model_digest'>

const SOURCES = ['image', 'images', 'study', 'text', 'vector'] as const

/** Throws `malformed_body`, `malformed_image` and `too_large`, each with its place below `pointer`. */
export function readItem(input: ItemInput, pointer: string, limits: HttpOptions): GivenItem {
  return { id: input.id, source: readSource(input, pointer, limits), metadata: input.metadata ?? {} }
}

/** As `readItem`. */
export function readSource(input: SourceInput, pointer: string, limits: HttpOptions): GivenSource {
  const given = SOURCES.filter((name) => input[name] !== undefined)
  if (given.length !== 1) {
    const detail = `must have exactly one of ${SOURCES.join(', ')}`
    throw malformed({ pointer, detail })
  }
  const { text, vector, model_digest: modelDigest } = input
  if (modelDigest !== undefined && vector === undefined)
    throw malformed({ pointer: `${pointer}/model_digest`, detail: 'is said of a vector alone' })
  if (text !== undefined) {
    checkTexts([{ pointer: `${pointer}/text`, text }], limits)
    return { kind: 'text', text }
  }
  if (vector !== undefined)
    return {
      kind: 'vector',
      vector: readVector(vector, `${pointer}/vector`),
      ...(modelDigest !== undefined && { modelDigest }),
    }
  const films = readImages(placeFilms(input, pointer), limits)
  const [film] = films
  if (film === undefined) throw new AppError('internal', 'An image was lost on the way. This is a bug.')
  return input.study === undefined && films.length === 1 ? { kind: 'image', films: [film] } : { kind: 'study', films }
}

function placeFilms({ image, images, study }: SourceInput, pointer: string): PlacedImage[] {
  if (image !== undefined) return [{ pointer: `${pointer}/image`, input: image }]
  const name = study === undefined ? 'images' : 'study'
  return (study ?? images ?? []).map((input, at) => ({ pointer: `${pointer}/${name}/${at}`, input }))
}

function readVector(given: readonly number[] | string, pointer: string): Float32Array {
  if (typeof given !== 'string') return Float32Array.from(given)
  const bytes = Buffer.from(given, 'base64')
  if (bytes.toString('base64') !== given || bytes.length % 4 !== 0)
    throw malformed({ pointer, detail: 'is not float32 in base64' })
  // In memory of its own: the decoder's may begin at an address that no float32 may have.
  return new Float32Array(new Uint8Array(bytes).buffer)
}

/** What is looked for: a source, or an item of the index. */
export function readQuestion(body: SearchBody, limits: HttpOptions): GivenSource | { kind: 'item'; id: string } {
  const { item_id: id } = body
  if (id === undefined) return readSource(body, '', limits)
  const other = SOURCES.find((name) => body[name] !== undefined)
  if (other !== undefined)
    throw malformed({ pointer: `/${other}`, detail: 'is one thing to look for, item_id another' })
  return { kind: 'item', id }
}

function malformed(...fields: readonly FieldError[]): AppError {
  return new AppError('malformed_body', 'The body does not fit what this endpoint takes.', { details: { fields } })
}
