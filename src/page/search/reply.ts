import type { ModelIdentity } from '../parts/answered-by.js'

/** Of `GET /v1/indexes`; only what is read here. */
export interface Index {
  readonly name: string
  readonly items: number
  readonly store_sources: boolean
  readonly model?: ModelIdentity
}

export interface Hit {
  readonly id: string
  readonly score: number
  readonly kind: string
}

/** Of `POST /v1/indexes/{name}/search`. */
export interface HitsReply {
  readonly data: readonly Hit[]
  readonly mode: 'exact' | 'approximate'
  readonly model?: ModelIdentity
}

/** Of `POST /v1/indexes/{name}/items`. */
export interface AddedReply {
  readonly data: readonly { readonly status: 'written' | 'refused'; readonly error?: unknown }[]
}
