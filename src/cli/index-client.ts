import { createClient, type Index, type paths } from '../client/client.js'
import { ConnectionError, problemOf } from '../client/problem.js'

/** What a running service is asked about one of its indexes. The database belongs to the service, so the wire is the way. */
export interface IndexClient {
  /** Fields of the metadata and their types. Throws a `ProblemError` of code `index_not_found`. */
  fields(): Promise<Index['metadata']>
  create(definition: { readonly model?: string }): Promise<void>
  /** Digests of what the items were made of, by id in the order of their bytes. */
  stored(): AsyncGenerator<StoredDigest>
  /**
   * Sends items as they come and gives the lines of the answer as they come. Throws what `items` throws, a `ProblemError`,
   * and a `ConnectionError`: `stream_cut` where the service goes away before its last line.
   */
  add(items: AsyncIterable<object>): AsyncGenerator<AddedLine>
}

export interface StoredDigest {
  readonly id: string
  readonly digest: string
}

/** What became of a line that was sent; the last says why the stream ended early, and is of none. */
export type AddedLine = Partial<
  paths['/v1/indexes/{name}/items']['post']['responses'][200]['content']['application/x-ndjson']
>

/** `apiKey`: of a caller that may write indexes, where the service asks who is there. */
export function createIndexClient(baseUrl: string, name: string, apiKey?: string): IndexClient {
  const { indexes } = createClient({ baseUrl, ...(apiKey !== undefined && { apiKey }) })
  const address = `${baseUrl.replace(/\/+$/, '')}/v1/indexes/${encodeURIComponent(name)}/items`
  const authorization: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
  return {
    async fields() {
      return (await indexes.get(name)).metadata
    },
    async create(definition) {
      await indexes.put(name, definition)
    },
    async *stored() {
      for await (const { id, source_digest: digest } of indexes.items(name)) yield { id, digest }
    },
    add: (items) => sendLines(address, authorization, items),
  }
}

/** The typed client sends bodies that are whole; these are as long as the folder, both ways at the same time. */
async function* sendLines(
  address: string,
  own: Readonly<Record<string, string>>,
  items: AsyncIterable<object>,
): AsyncGenerator<AddedLine> {
  let fault: Error | undefined
  const orFault = (error: Error): Error => fault ?? error
  const body = ReadableStream.from(linesOf(items, (error) => (fault = error)))
  // Of the Fetch standard for bodies that are streams; Node answers while the body is still on its way.
  const streaming = { body, duplex: 'half' } as const
  const headers = { ...own, 'content-type': 'application/x-ndjson' }
  const reply = await fetch(address, { method: 'POST', headers, ...streaming }).catch((cause: unknown) => {
    throw orFault(new ConnectionError('unreachable', `No service answers at ${new URL(address).origin}.`, { cause }))
  })
  if (!reply.ok) throw await problemOf(reply)
  try {
    for await (const line of readLines(reply)) yield JSON.parse(line) as AddedLine
  } catch (cause) {
    throw orFault(new ConnectionError('stream_cut', 'The service went away. Run this again to go on.', { cause }))
  }
}

/** What fetch says of a body that breaks off is not why it did: `onFault` hears that. */
async function* linesOf(items: AsyncIterable<object>, onFault: (error: Error) => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const item of items) yield Buffer.from(`${JSON.stringify(item)}\n`)
  } catch (error) {
    if (error instanceof Error) onFault(error)
    throw error
  }
}

async function* readLines(reply: Response): AsyncGenerator<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of reply.body ?? []) {
    const lines = (text + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
    text = lines.pop() ?? ''
    yield* lines
  }
  if (text !== '') yield text
}
