import { AppError, ERROR_TITLES, type ErrorCode } from '../errors.js'

/** Items of one page of what is there. */
const PAGE = 1_000

/** What a running service is asked about one of its indexes. The database belongs to the service, so the wire is the way. */
export interface IndexClient {
  /** Fields of the metadata and their types. Throws `index_not_found`. */
  fields(): Promise<Readonly<Record<string, string>>>
  create(definition: object): Promise<void>
  /** Digests of what the items were made of, by id in the order of their bytes. */
  stored(): AsyncGenerator<StoredDigest>
  /** Sends items as they come and gives the lines of the answer as they come. */
  add(items: AsyncIterable<object>): AsyncGenerator<AddedLine>
}

export interface StoredDigest {
  readonly id: string
  readonly digest: string
}

export interface AddedLine {
  readonly id?: string
  readonly status?: 'written' | 'refused'
  readonly error?: ProblemBody
}

interface ProblemBody {
  readonly code: string
  readonly detail: string
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[]
}

/** `key`: of a caller that may write indexes, where the service asks who is there. */
export function createIndexClient(url: string, name: string, key?: string): IndexClient {
  const own: Record<string, string> = key === undefined ? {} : { 'x-api-key': key }
  const call = (address: string, init: Init = {}): Promise<Response> =>
    ask(address, { ...init, headers: { ...init.headers, ...own } })
  const askJson = async (address: string, init?: Init): Promise<unknown> => (await call(address, init)).json()
  const base = `${url.replace(/\/+$/, '')}/v1/indexes/${encodeURIComponent(name)}`
  return {
    async fields() {
      return ((await askJson(base)) as { metadata: Record<string, string> }).metadata
    },
    async create(definition) {
      await askJson(base, { method: 'PUT', headers: JSON_BODY, body: JSON.stringify(definition) })
    },
    async *stored() {
      let after = ''
      for (;;) {
        const query = after === '' ? '' : `&after=${encodeURIComponent(after)}`
        const page = (await askJson(`${base}/items?limit=${PAGE}${query}`)) as StoredPage
        for (const { id, source_digest: digest } of page.data) yield { id, digest }
        if (!page.has_more) return
        after = page.data.at(-1)!.id
      }
    },
    async *add(items) {
      const body = ReadableStream.from(linesOf(items))
      const reply = await call(`${base}/items`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body },
        // Of the Fetch standard for bodies that are streams; Node answers while the body is still on its way.
        duplex: 'half',
      })
      for await (const line of readLines(reply)) yield JSON.parse(line) as AddedLine
    },
  }
}

const JSON_BODY = { 'content-type': 'application/json' }

interface StoredPage {
  readonly data: readonly { readonly id: string; readonly source_digest: string }[]
  readonly has_more: boolean
}

async function* linesOf(items: AsyncIterable<object>): AsyncGenerator<Uint8Array> {
  for await (const item of items) yield Buffer.from(`${JSON.stringify(item)}\n`)
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

type Init = Omit<RequestInit, 'headers'> & { readonly headers?: Record<string, string>; readonly duplex?: 'half' }

/** Throws what the service answered as an error of its catalogue. */
async function ask(url: string, init: Init): Promise<Response> {
  const reply = await fetch(url, init).catch((cause: unknown) => {
    throw new AppError('not_ready', `No service answers at ${new URL(url).origin}: start it with npm start.`, { cause })
  })
  if (reply.ok) return reply
  const problem = (await reply.json().catch(() => undefined)) as ProblemBody | undefined
  const code = problem !== undefined && problem.code in ERROR_TITLES ? (problem.code as ErrorCode) : 'internal'
  throw new AppError(code, problem?.detail ?? `The service answered ${reply.status}.`, {
    details: { ...(problem?.errors && { fields: problem.errors }) },
  })
}
