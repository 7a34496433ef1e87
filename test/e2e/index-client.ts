/** A client of indexes, over a real socket. */
import assert from 'node:assert/strict'
import type { HitsReply, StoredItemReply } from '../../src/http/schemas/index-items.js'
import type { IndexBody, IndexReply } from '../../src/http/schemas/indexes.js'
import { openLines, type LineStream } from '../http/index-http.js'
import { postJson } from './service.js'
import { until } from './server.js'

export interface EmbeddedText {
  readonly vector: number[]
  readonly model_digest: string
}

export interface IndexClient {
  put(name: string, body: IndexBody): Promise<{ status: number; index: IndexReply }>
  get(name: string): Promise<IndexReply>
  /** Asks until the index is so. */
  until(name: string, what: string, isSo: (index: IndexReply) => boolean): Promise<IndexReply>
  post(path: string, body: object): Promise<Response>
  delete(path: string): Promise<Response>
  search(name: string, body: object): Promise<HitsReply>
  /** Every item. */
  items(name: string): Promise<StoredItemReply[]>
  stream(name: string): LineStream
  /** Sends all as lines and asserts that each was written. */
  write(name: string, items: readonly object[]): Promise<void>
  embed(model: string, text: string): Promise<EmbeddedText>
}

export function indexClient(url: string): IndexClient {
  const base = `${url}/v1/indexes`
  const get = async (name: string): Promise<IndexReply> => (await (await fetch(`${base}/${name}`)).json()) as IndexReply
  return {
    get,
    async put(name, body) {
      const reply = await fetch(`${base}/${name}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { status: reply.status, index: (await reply.json()) as IndexReply }
    },
    async until(name, what, isSo) {
      let index = await get(name)
      await until(what, 120_000, async () => {
        index = await get(name)
        return isSo(index)
      })
      return index
    },
    post: (path, body) => postJson(`${base}/${path}`, body),
    delete: (path) => fetch(`${base}/${path}`, { method: 'DELETE' }),
    async search(name, body) {
      const reply = await postJson(`${base}/${name}/search`, body)
      const hits = (await reply.json()) as HitsReply
      assert.equal(reply.status, 200, JSON.stringify(hits))
      return hits
    },
    async items(name) {
      const all: StoredItemReply[] = []
      for (;;) {
        const after = all.length === 0 ? '' : `&after=${encodeURIComponent(all.at(-1)!.id)}`
        const page = (await (await fetch(`${base}/${name}/items?limit=1000${after}`)).json()) as {
          data: StoredItemReply[]
          has_more: boolean
        }
        all.push(...page.data)
        if (!page.has_more) return all
      }
    },
    stream: (name) => openLines(url, `/${name}/items`),
    async write(name, items) {
      const stream = openLines(url, `/${name}/items`)
      for (const item of items) stream.send(item)
      stream.end()
      assert.equal(await stream.ended, 200)
      assert.deepEqual(
        stream.lines.filter(({ status }) => status !== 'written'),
        [],
      )
      assert.equal(stream.lines.length, items.length)
    },
    async embed(model, text) {
      const reply = await postJson(`${url}/v1/embeddings`, { model, input: text })
      const { data } = (await reply.json()) as { data: { embedding: number[] }[] }
      return { vector: data[0]!.embedding, model_digest: reply.headers.get('x-model-digest')! }
    },
  }
}
