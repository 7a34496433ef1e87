import type { BodyOf, Operation, ReplyOf } from './contract.js'
import { pagesOf } from './pages.js'
import type { Request } from './request.js'
import type { CallOptions } from './transport.js'

type One = '/v1/indexes/{name}'
type Items = '/v1/indexes/{name}/items'
type Search = '/v1/indexes/{name}/search'

export type Index = ReplyOf<Operation<One, 'get'>>
type Definition = BodyOf<Operation<One, 'put'>>
type Item = NonNullable<BodyOf<Operation<Items, 'post'>>['items']>[number]
type Added = ReplyOf<Operation<Items, 'post'>>
type StoredItem = ReplyOf<Operation<Items, 'get'>>['data'][number]
type Question = BodyOf<Operation<Search, 'post'>>
type Hits = ReplyOf<Operation<Search, 'post'>>

/** Collections of films and texts that can be searched. */
export interface Indexes {
  list(options?: CallOptions): Promise<readonly Index[]>
  get(name: string, options?: CallOptions): Promise<Index>
  /** Makes it, or changes it to this. */
  put(name: string, definition: Definition, options?: CallOptions): Promise<Index>
  delete(name: string, options?: CallOptions): Promise<void>
  search(name: string, question: Question, options?: CallOptions): Promise<Hits>
  /** Up to 1,000 at a time; what became of each is in the answer. */
  add(name: string, items: readonly Item[], options?: CallOptions): Promise<Added>
  items(name: string, options?: CallOptions): AsyncGenerator<StoredItem>
  remove(name: string, id: string, options?: CallOptions): Promise<void>
}

/** They are short, and there may be millions: the most that the service gives at a time. */
const PAGE_ITEMS = 1_000

export function createIndexes(request: Request): Indexes {
  return {
    list: async (options) => (await request('get', '/v1/indexes', {}, options)).data,
    get: (name, options) => request('get', '/v1/indexes/{name}', { path: { name } }, options),
    put: (name, body, options) => request('put', '/v1/indexes/{name}', { path: { name }, body }, options),
    delete: (name, options) => request('delete', '/v1/indexes/{name}', { path: { name } }, options),
    search: (name, body, options) => request('post', '/v1/indexes/{name}/search', { path: { name }, body }, options),
    add: (name, items, options) =>
      request('post', '/v1/indexes/{name}/items', { path: { name }, body: { items } }, options),
    items: (name, options) =>
      pagesOf(
        (page) => request('get', '/v1/indexes/{name}/items', { path: { name }, query: page }, options),
        'id',
        PAGE_ITEMS,
      ),
    remove: (name, id, options) => request('delete', '/v1/indexes/{name}/items/{id}', { path: { name, id } }, options),
  }
}
