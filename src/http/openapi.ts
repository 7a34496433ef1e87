import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import type { TObject, TSchema } from 'typebox'
import { takesImages } from './form.js'
import { NDJSON } from './ndjson.js'
import { IMAGE_MEDIA_TYPES } from './plugins/bodies.js'
import { isInference } from './plugins/route-config.js'
import { JobSchema } from './schemas/jobs.js'
import { OipErrorSchema, ProblemSchema } from './schemas/problem.js'

const DESCRIPTION = `Serves chest-radiograph vision-language models. Not a medical device: every model says what it is for
and what it is not for.

**Images** come in three ways wherever one is taken: JSON with base64 or a data: URL; \`multipart/form-data\` with parts
named \`image\` and the other fields as parts; or the raw file as the body, with the options in the query.

**Request headers**: \`x-request-id\` is given back where it is a UUID, a ULID or the hexadecimal digits of a trace (anything else could name a patient); \`x-priority\` is stat, routine or batch; \`x-timeout-ms\` bounds the
whole request. With \`prefer: respond-async\` inference is answered with 202 and a job; \`idempotency-key\` makes one job of a
request that is sent again, \`x-webhook-url\` is called when it has ended. **Response headers**: \`x-model-digest\` says which bytes answered, \`server-timing\` where the time went.`

const SECURITY_SCHEMES = {
  api_key: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'A key of `radserve keys create`.' },
  bearer: { type: 'http', scheme: 'bearer', description: 'Such a key, or a JSON Web Token of the configured issuer.' },
  // OpenAPI 3.1's fifth type, which the plugin's types do not have.
  certificate: {
    type: 'mutualTLS',
    description: 'A client certificate of the configured authority.',
  } as unknown as { type: 'http'; scheme: string },
} as const

/** Must be registered before the routes: it listens to their registration. */
export async function addOpenApi(app: FastifyInstance, version: string): Promise<void> {
  /** Paths whose answer may be left for later. */
  const inference = new Set<string>()
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'radserve',
        version,
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes: SECURITY_SCHEMES },
      tags: [
        { name: 'inference', description: 'What models are asked' },
        { name: 'jobs', description: 'Requests that are answered later' },
        { name: 'studies', description: 'Films that came in from the hospital, and where their results go' },
        { name: 'indexes', description: 'Collections of vectors that are searched' },
        { name: 'models', description: 'What is in the store' },
        { name: 'open inference protocol', description: 'Every graph of every pack, version 2 of the protocol' },
        { name: 'operations', description: 'For those who run the service' },
      ],
    },
    transform: ({ schema, url, route }) => {
      if (isInference(route)) inference.add(url.replace(/:(\w+)/g, '{$1}'))
      return { schema: { ...publicRoute(schema, route), ...securityOf(route) }, url }
    },
    transformObject: (document) =>
      'openapiObject' in document ? withCommonAnswers(document.openapiObject, inference) : document.swaggerObject,
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    // Nothing is loaded from elsewhere: the reader works on a machine without a network.
    uiConfig: { validatorUrl: null, tryItOutEnabled: true },
    theme: { title: 'radserve' },
  })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
}

/** Any of the schemes is enough, and each must come with the scope. Nothing is asked where no identity is configured. */
function securityOf({ config }: RouteOptions): { security: Record<string, string[]>[] } {
  const { access = 'open' } = config ?? {}
  const scopes = access === 'known' || access === 'open' ? [] : [access]
  return { security: access === 'open' ? [] : Object.keys(SECURITY_SCHEMES).map((name) => ({ [name]: scopes })) }
}

function publicRoute(schema: FastifySchema | undefined, route: RouteOptions): FastifySchema {
  const body = (schema?.body ?? route.config?.documentedBody) as TObject | undefined
  if (schema === undefined || body === undefined) return schema ?? {}
  const json = withoutInternals(body) as TObject
  if (route.config?.imagesField === undefined) return { ...schema, body: json }
  const lines = route.config.documentedLines
  const content = {
    'application/json': { schema: json },
    ...(lines !== undefined && { [NDJSON]: { schema: withoutInternals(lines) } }),
    ...otherForms(json, body),
  }
  return { ...schema, body: { content } }
}

/** The same body as a form and as a raw file. */
function otherForms(json: TObject, body: TObject): Record<string, { schema: unknown }> {
  const required = (json.required as readonly string[] | undefined) ?? []
  const file = { type: 'string', format: 'binary' }
  const fields = Object.entries(json.properties)
    .filter(([name]) => name !== 'image' && name !== 'images')
    .map(([name, field]): [string, unknown] => {
      const images = takesImages(body.properties[name])
      return [name, images === 'none' ? field : images === 'one' ? file : { type: 'array', items: file }]
    })
  const form = {
    type: 'object',
    description: 'Lists are parts of the same name, or one part that holds a JSON array.',
    properties: {
      image: { type: 'array', items: file, description: 'One part for each file.' },
      ...('input' in json.properties && {
        study: { type: 'array', items: file, description: 'The parts of this name are the films of one study.' },
      }),
      ...Object.fromEntries(fields),
    },
    required: required.filter((name) => name !== 'input'),
  }
  const raw = { ...file, description: 'The file; the other fields are query parameters of the same names.' }
  return {
    'multipart/form-data': { schema: form },
    ...Object.fromEntries(IMAGE_MEDIA_TYPES.map((type) => [type, { schema: raw }] as const)),
  }
}

/** A copy without what only the service itself can make, and without keywords of our own. */
function withoutInternals(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.filter((item) => !isInternal(item)).map(withoutInternals)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).filter(([key]) => key !== 'x-must' && key !== 'x-image')
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutInternals(value)]))
}

function isInternal(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && 'x-internal' in schema
}

/** What of an OpenAPI document is changed here. */
interface Operations {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, { readonly responses?: object }>>>>
  readonly components?: object
}

/** Every operation can fail in the one way of its API, and inference can be answered later. */
function withCommonAnswers<Document extends object>(document: Document, inference: ReadonlySet<string>): Document {
  const { paths = {}, components, ...rest } = document as Document & Operations
  const entries = Object.entries(paths).map(([path, item]) => {
    const error = { $ref: `#/components/responses/${path.startsWith('/v2') ? 'OipError' : 'Problem'}` }
    const operations = Object.entries(item).map(([method, { responses, ...others }]) => {
      const later = inference.has(path) && { 202: { $ref: '#/components/responses/Deferred' } }
      return [method, { ...others, responses: { ...responses, ...later, default: error } }] as const
    })
    return [path, Object.fromEntries(operations)] as const
  })
  const responses = {
    Deferred: response(
      JobSchema,
      'application/json',
      'With `prefer: respond-async`: the job, whose URL is in `location`.',
    ),
    Problem: response(ProblemSchema, 'application/problem+json', 'What went wrong, as RFC 9457 writes it.'),
    OipError: response(OipErrorSchema, 'application/json', 'What went wrong, as the protocol writes it.'),
  }
  return {
    ...rest,
    paths: Object.fromEntries(entries),
    components: { ...components, responses },
  } as unknown as Document
}

function response(schema: TSchema, mediaType: string, description: string): object {
  return { description, content: { [mediaType]: { schema } } }
}
