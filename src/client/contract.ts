/** The HTTP contract as types: bodies and answers of each path, with films in place of base64. */
import type { paths } from './schema.js'

export type { paths } from './schema.js'

export type Method = 'get' | 'put' | 'post' | 'delete'

/** Paths that take this method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never
}[keyof paths]

export type Operation<P extends keyof paths, M extends Method> = M extends keyof paths[P] ? paths[P][M] : never

type Content<R> = R extends { content: infer C } ? C : never
type Json<C> = C extends { 'application/json': infer J } ? J : never

/** The JSON body that an operation takes. */
export type BodyOf<O> = O extends { requestBody?: infer R } ? WithFilms<Json<Content<Exclude<R, undefined>>>> : never

/** The JSON of an answer with a status of success; that of a deferred one is not among them. */
export type ReplyOf<O> = O extends { responses: infer R } ? Json<Content<R[keyof R & (200 | 201)]>> : never

/** Media types of an answer that is not JSON. */
export type MediaTypeOf<O> = O extends { responses: { 200: { content: infer C } } }
  ? Exclude<keyof C & string, 'application/json' | 'text/event-stream'>
  : never

export type PathParameters<O> = O extends { parameters: { path: infer P } } ? P : never
export type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? Exclude<Q, undefined> : never

/** An image file: its bytes, or as the contract has it in JSON. */
export type Film = Blob | Uint8Array | ArrayBuffer | { readonly data: string } | { readonly url: string }

/** The same type with a `Film` wherever the contract takes an image. */
export type WithFilms<T> = T extends { data: string } | { url: string }
  ? Film
  : T extends readonly (infer E)[]
    ? readonly WithFilms<E>[]
    : T extends object
      ? { [K in keyof T]: WithFilms<T[K]> }
      : T

export type ProblemDocument = paths['/v1/models']['get']['responses']['default']['content']['application/problem+json']
export type ProblemCode = ProblemDocument['code']
export type JobState = ReplyOf<paths['/v1/jobs/{id}']['get']>
export type ModelCard = ReplyOf<paths['/v1/models/{name}']['get']>
