import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { NamedImages } from '../named-images.js'
import type { HttpOptions } from '../options.js'
import type { Lifecycle } from '../plugins/lifecycle.js'
import type { HttpServices } from '../services.js'

/** A scope whose handlers get their types from the routes' schemas. */
export type Scope = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

export interface RouteContext {
  readonly services: HttpServices
  readonly http: HttpOptions
  readonly lifecycle: Lifecycle
  readonly namedImages: NamedImages
}
