import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { AppError } from '../../errors.js'
import type { AddedItem, ItemEntry } from '../../flows/indexes.js'
import { parseJsonBody } from '../body.js'
import { addedReply, itemReply } from '../index-reply.js'
import { readLines, type Line } from '../ndjson.js'
import { streamLines } from '../ndjson-reply.js'
import { limitName, type HttpOptions } from '../options.js'
import { LINE_BODY, normaliseBody } from '../plugins/bodies.js'
import { readPriority, readTimeoutMs } from '../plugins/request-context.js'
import { readItem } from '../read-item.js'
import { noteModel } from '../replies.js'
import {
  AddedLineSchema,
  AddedListSchema,
  ItemPageSchema,
  ItemSchema,
  ItemsBodySchema,
  StoredItemListSchema,
  StoredItemSchema,
  type ItemInput,
  type ItemsBody,
} from '../schemas/index-items.js'
import { IndexParamsSchema } from '../schemas/indexes.js'
import { createCheck } from '../validator.js'
import type { RouteContext, Scope } from './route.js'

const DEFAULT_LIMIT = 100
/** Of `maxBodyBytes`: what a line may have, and what lines that are being embedded may hold. */
const LINE_SHARE = 3 / 4
const IN_FLIGHT_SHARE = 1 / 4

const ItemParamsSchema = Type.Object({ ...IndexParamsSchema.properties, id: Type.String() })
const checkBody = createCheck(ItemsBodySchema)
const checkLine = createCheck(ItemSchema)

/** The scope takes bodies of lines. */
export function addIndexItems(scope: Scope, context: RouteContext): void {
  const { indexes } = context.services
  const tags = ['indexes']
  addPosts(scope, context)
  scope.get(
    '/indexes/:name/items',
    {
      schema: {
        ...{ summary: 'Items of an index', tags, params: IndexParamsSchema, querystring: ItemPageSchema },
        description:
          'With what they were made of as a digest: whoever adds a folder again can leave out what is there.',
        response: { 200: StoredItemListSchema },
      },
    },
    async ({ params, query: { after, limit = DEFAULT_LIMIT } }) => {
      const page = { limit: limit + 1, ...(after !== undefined && { after }) }
      const found = await indexes.items(params.name, page)
      return { object: 'list' as const, data: found.slice(0, limit).map(itemReply), has_more: found.length > limit }
    },
  )
  const one = { tags, params: ItemParamsSchema }
  scope.get(
    '/indexes/:name/items/:id',
    { schema: { ...one, summary: 'One item of an index', response: { 200: StoredItemSchema } } },
    async ({ params }) => itemReply(await indexes.item(params.name, params.id)),
  )
  scope.delete(
    '/indexes/:name/items/:id',
    {
      schema: {
        ...{ ...one, summary: 'Remove an item' },
        response: { 204: Type.Null({ description: 'It is gone.' }) },
      },
    },
    async ({ params }, reply) => {
      await indexes.removeItem(params.name, params.id)
      return reply.code(204).send(null)
    },
  )
}

function addPosts(scope: Scope, context: RouteContext): void {
  const { indexes } = context.services
  scope.post(
    '/indexes/:name/items',
    {
      config: { imagesField: 'images', documentedBody: ItemsBodySchema, documentedLines: ItemSchema },
      schema: {
        summary: 'Write items: one, many, or a stream of lines',
        description:
          'An item takes the place of one with the same id. As application/x-ndjson, one item a line, the answer is a line ' +
          'for each as well, sent when the item is written; a line that is wrong does not end the stream.',
        tags: ['indexes'],
        params: IndexParamsSchema,
        response: {
          200: {
            description: 'What became of each.',
            content: {
              'application/json': { schema: AddedListSchema },
              'application/x-ndjson': { schema: AddedLineSchema },
            },
          },
        },
      },
      preValidation: normaliseBody(ItemsBodySchema, 'images'),
    },
    async (request, reply) => {
      const index = await indexes.get(request.params.name)
      if (index.serving.model !== undefined) noteModel(request, index.serving.model)
      if (index.serving.digest !== undefined) void reply.header('x-model-digest', index.serving.digest)
      if (request.body === LINE_BODY) {
        const entries = lineEntries(request, context)
        return streamLines(request, reply, async (send) => {
          for await (const added of indexes.add(index, entries, addOptions(request, context.http, 'batch')))
            for (const item of added) await send({ line: item.place, ...addedReply(item, request.id) })
        })
      }
      const body = checkBody(request.body) as ItemsBody
      const entries = bodyEntries(body, request, context)
      const data: AddedItem[] = []
      for await (const added of indexes.add(index, entries, addOptions(request, context.http, 'routine')))
        data.push(...added)
      const refused = data.filter(({ outcome }) => outcome.kind === 'refused')
      // One item that is refused is a request that is refused.
      if (body.items === undefined && refused[0]?.outcome.kind === 'refused') throw refused[0].outcome.error
      return {
        object: 'list' as const,
        data: data.map((item) => addedReply(item, request.id)),
        refused: refused.length,
      }
    },
  )
}

function addOptions(request: FastifyRequest, http: HttpOptions, fallback: 'batch' | 'routine') {
  const isSaid = request.headers['x-priority'] !== undefined
  return {
    priority: isSaid ? readPriority(request) : fallback,
    signal: request.exchange.signal,
    timeoutMs: Math.min(readTimeoutMs(request) ?? Infinity, http.requestTimeoutMs),
    maxBytes: http.maxBodyBytes * IN_FLIGHT_SHARE,
  }
}

async function* lineEntries(request: FastifyRequest, context: RouteContext): AsyncGenerator<ItemEntry> {
  const maxBytes = Math.floor(context.http.maxBodyBytes * LINE_SHARE)
  for await (const line of readLines(request.raw, maxBytes)) yield await lineEntry(line, request, context)
}

async function lineEntry(
  { number: place, bytes }: Line,
  request: FastifyRequest,
  { http, namedImages }: RouteContext,
): Promise<ItemEntry> {
  if (bytes === undefined) return { place, bytes: 0, given: { error: lineTooLong(http) } }
  let id: string | undefined
  try {
    const parsed = parseJsonBody(bytes)
    id = idOf(parsed)
    const fetchedBytes = await namedImages.fetch(request, parsed)
    return { place, bytes: bytes.length + fetchedBytes, given: readItem(checkLine(parsed) as ItemInput, '', http) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { place, bytes: 0, given: { error, ...(id !== undefined && { id }) } }
  }
}

/** So that whoever sent a line that does not fit can find it. */
function idOf(parsed: unknown): string | undefined {
  const id = (parsed as { id?: unknown } | null)?.id
  return typeof id === 'string' && id.length <= 200 ? id : undefined
}

function lineTooLong({ maxBodyBytes }: HttpOptions): AppError {
  const details = { limit: limitName('maxBodyBytes') }
  return new AppError('too_large', `A line has at most ${Math.floor(maxBodyBytes * LINE_SHARE)} bytes.`, { details })
}

async function* bodyEntries(
  { items, ...single }: ItemsBody,
  request: FastifyRequest,
  { http, namedImages }: RouteContext,
): AsyncGenerator<ItemEntry> {
  if (items === undefined) {
    if (single.id === undefined) throw missingId()
    const bytes = await namedImages.fetch(request, single)
    yield { place: 1, bytes, given: readItem({ ...single, id: single.id }, '', http) }
    return
  }
  if (Object.keys(single).length > 0) throw new AppError('malformed_body', 'A body has one item, or a list of items.')
  for (const [at, item] of items.entries()) {
    try {
      const bytes = await namedImages.fetch(request, item)
      yield { place: at + 1, bytes, given: readItem(item, `/items/${at}`, http) }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      yield { place: at + 1, bytes: 0, given: { id: item.id, error } }
    }
  }
}

function missingId(): AppError {
  const fields = [{ pointer: '/id', detail: 'is required' }]
  return new AppError('malformed_body', 'The item has no id.', { details: { fields } })
}
