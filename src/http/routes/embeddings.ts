import type { Answer } from '../../flows/answer.js'
import type { EncodedItem } from '../../flows/predict.js'
import type { Embedding, EmbeddingsResult } from '../../families/dual-encoder/embeddings.js'
import type { HttpOptions } from '../options.js'
import { normaliseBody } from '../plugins/bodies.js'
import { demandOf } from '../plugins/request-context.js'
import { readImages, withPlaces, type PlacedImage } from '../read-images.js'
import { checkTexts, type PlacedText } from '../read-texts.js'
import { addAnswerHeaders, modelName, toRows, usageReply, viewSharesReply } from '../replies.js'
import {
  EmbeddingsBodySchema,
  EmbeddingsReplySchema,
  type EmbeddingItemInput,
  type EmbeddingReply,
  type EmbeddingsBody,
  type EmbeddingsReply,
} from '../schemas/embeddings.js'
import type { RouteContext, Scope } from './route.js'

export function addEmbeddings(scope: Scope, { services, http }: RouteContext): void {
  scope.post(
    '/embeddings',
    {
      config: { imagesField: 'input', task: 'embeddings' },
      schema: {
        summary: 'Vectors of texts, images and studies in one space',
        description: "OpenAI's shape, with images beside texts.",
        tags: ['inference'],
        body: EmbeddingsBodySchema,
        response: { 200: EmbeddingsReplySchema },
      },
      preValidation: normaliseBody(EmbeddingsBodySchema, 'input'),
    },
    async (request, reply) => {
      const { body } = request
      const { model, dimensions, level, prototypes, view_weights } = body
      const places = placeItems(body.input)
      const task = {
        demand: demandOf(request, { ...services, ...http }, body.deterministic),
        items: readItems(places, http),
        ...(model !== undefined && { model }),
        ...(dimensions !== undefined && { dimensions }),
        ...(level !== undefined && { level }),
        ...(prototypes !== undefined && { prototypes }),
        ...(view_weights !== undefined && { viewWeights: view_weights }),
      }
      const images = places.flatMap((place) => place.images)
      const answer = await withPlaces(images, () => services.predict.embeddings(task))
      addAnswerHeaders(reply, answer)
      return embeddingsReply(answer, body.encoding_format ?? 'float')
    },
  )
}

/** The items as the flow takes them: all images and texts are checked against the limits together. */
function readItems(places: readonly PlacedItem[], limits: HttpOptions): EncodedItem[] {
  checkTexts(
    places.flatMap(({ texts }) => texts),
    limits,
  )
  const images = readImages(
    places.flatMap((place) => place.images),
    limits,
  )
  let at = 0
  return places.map(({ kind, texts, images: own }): EncodedItem => {
    const files = images.slice(at, (at += own.length))
    if (kind === 'study') return { kind, images: files }
    return kind === 'text' ? { kind, text: texts[0]!.text } : { kind, image: files[0]! }
  })
}

interface PlacedItem {
  readonly kind: EncodedItem['kind']
  readonly texts: readonly PlacedText[]
  readonly images: readonly PlacedImage[]
}

function placeItems(input: EmbeddingsBody['input']): PlacedItem[] {
  return typeof input === 'string'
    ? [placeItem(input, '/input')]
    : input.map((item, index) => placeItem(item, `/input/${index}`))
}

function placeItem(item: EmbeddingItemInput, pointer: string): PlacedItem {
  if (typeof item === 'string') return { kind: 'text', texts: [{ pointer, text: item }], images: [] }
  if ('text' in item) return { kind: 'text', texts: [{ pointer: `${pointer}/text`, text: item.text }], images: [] }
  if ('image' in item) return { kind: 'image', texts: [], images: [{ pointer: `${pointer}/image`, input: item.image }] }
  const images = item.study.map((input, index) => ({ pointer: `${pointer}/study/${index}`, input }))
  return { kind: 'study', texts: [], images }
}

function embeddingsReply({ model, result }: Answer<EmbeddingsResult>, format: 'float' | 'base64'): EmbeddingsReply {
  return {
    object: 'list',
    data: result.items.map((item, index) => embeddingReply(item, index, format)),
    model: modelName(model),
    usage: usageReply(result.usage),
  }
}

function embeddingReply(item: Embedding, index: number, format: 'float' | 'base64'): EmbeddingReply {
  const head = { object: 'embedding', index, kind: item.kind } as const
  if (item.level === 'global') {
    const embedding = format === 'base64' ? toBase64(item.vector) : Array.from(item.vector)
    return {
      ...head,
      embedding,
      ...(item.prototypes && { prototypes: [...item.prototypes] }),
      ...(item.shares && viewSharesReply(item.shares)),
      ...(item.warnings && { warnings: [...item.warnings] }),
    }
  }
  const { vectors, dimensions, grid, words } = item
  return {
    ...head,
    embedding: format === 'base64' ? toBase64(vectors) : toRows(vectors, dimensions),
    shape: [vectors.length / dimensions, dimensions],
    ...(grid && { grid: { rows: grid[0], columns: grid[1] } }),
    ...(words && { words: [...words] }),
  }
}

/** Little-endian float32, as OpenAI's clients decode it; every platform that Node runs on is little-endian. */
function toBase64(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
}
