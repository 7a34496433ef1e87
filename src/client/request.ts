import type { BodyOf, Method, Operation, PathOf, PathParameters, QueryOf, ReplyOf } from './contract.js'
import { readJson, type CallOptions, type Transport } from './transport.js'

type Part<Name extends string, T> = [T] extends [never] ? unknown : { readonly [K in Name]?: T }

/** What of a call is not its method and path, as far as the operation takes it. */
export type RequestParts<O> = ([PathParameters<O>] extends [never] ? unknown : { readonly path: PathParameters<O> }) &
  Part<'query', QueryOf<O>> &
  Part<'body', BodyOf<O>>

/**
 * One call by method and path, answered in JSON; `undefined` for an answer without a body. A call that may be made twice is
 * made again as the client's options say: GET, PUT and DELETE.
 */
export type Request = <M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  parts: RequestParts<Operation<P, M>>,
  options?: CallOptions,
) => Promise<ReplyOf<Operation<P, M>>>

interface AnyParts {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
}

export function createRequest(transport: Transport): Request {
  const request = (method: string, pattern: string, parts: AnyParts, options: CallOptions = {}): Promise<unknown> => {
    const { body } = parts
    const call = { method: method.toUpperCase(), path: address(pattern, parts), accept: 'application/json' }
    const isRepeatable = method !== 'post'
    return transport.call({ ...call, isRepeatable, ...(body !== undefined && { body }) }, options, (reply) =>
      reply.status === 204 ? Promise.resolve(undefined) : readJson(reply),
    )
  }
  // What goes in and out is the contract's; no code here looks into it.
  return request as Request
}

function address(pattern: string, { path = {}, query = {} }: AnyParts): string {
  const filled = pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.append(name, String(value))
  return asked.size === 0 ? filled : `${filled}?${asked.toString()}`
}
