import { Type } from 'typebox'
import { AppError } from '../../errors.js'
import { parseJsonBody } from '../body.js'
import { repositoryIndex } from '../oip/metadata.js'
import { noteModel } from '../replies.js'
import {
  GraphParamsSchema,
  RepositoryIndexBodySchema,
  RepositoryIndexSchema,
  RepositoryLoadBodySchema,
  ServerMetadataSchema,
} from '../schemas/oip.js'
import { createCheck } from '../validator.js'
import type { RouteContext, Scope } from './route.js'

const HealthSchema = Type.Object({ live: Type.Boolean(), ready: Type.Boolean() })
const EXTENSIONS = [
  'binary_tensor_data',
  'model_configuration',
  'model_repository',
  'model_repository(unload_dependents)',
  'schedule_policy',
  'statistics',
]
const NothingSchema = Type.String({ description: 'Empty.', maxLength: 0 })

const checkIndexBody = createCheck(RepositoryIndexBodySchema)
const checkLoadBody = createCheck(RepositoryLoadBodySchema)

/** Bodies of this API are bytes; one that is not there means no options. */
function optionsOf(body: unknown, check: (value: unknown) => unknown): object {
  return body instanceof Buffer && body.length > 0 ? (check(parseJsonBody(body)) as object) : {}
}

export function addOipServer(scope: Scope, { services, lifecycle }: RouteContext): void {
  const { catalogue, version } = services
  const tags = ['open inference protocol']
  scope.get('/', { schema: { summary: 'The server', tags, response: { 200: ServerMetadataSchema } } }, () => ({
    name: 'radserve',
    version,
    extensions: EXTENSIONS,
  }))
  // KServe's client reads both members of both answers, Triton's reads only the status.
  scope.get('/health/live', { schema: { summary: 'Is it alive', tags, response: { 200: HealthSchema } } }, () => ({
    live: true,
    ready: catalogue.unreadiness().length === 0,
  }))
  scope.get(
    '/health/ready',
    { schema: { summary: 'Can it answer', tags, response: { 200: HealthSchema, 503: HealthSchema } } },
    async (_request, reply) => {
      const ready = !lifecycle.isDraining && catalogue.unreadiness().length === 0
      return reply.code(ready ? 200 : 503).send({ live: true, ready })
    },
  )
  scope.post(
    '/repository/index',
    {
      config: { documentedBody: RepositoryIndexBodySchema },
      schema: { summary: 'Every version of every model', tags, response: { 200: RepositoryIndexSchema } },
    },
    async ({ body }) => {
      const { ready = false } = optionsOf(body, checkIndexBody) as { ready?: boolean }
      return repositoryIndex(await catalogue.index(), ready)
    },
  )
  addRepositoryActions(scope, catalogue)
}

function addRepositoryActions(scope: Scope, catalogue: RouteContext['services']['catalogue']): void {
  for (const action of ['load', 'unload'] as const) {
    scope.post(
      `/repository/models/:model/${action}`,
      {
        config: { documentedBody: RepositoryLoadBodySchema },
        schema: {
          summary: action === 'load' ? 'Load a model' : 'Unload a model',
          tags: ['open inference protocol'],
          params: GraphParamsSchema,
          response: { 200: NothingSchema },
        },
      },
      async (request, reply) => {
        const { body, params } = request
        const { parameters = {} } = optionsOf(body, checkLoadBody) as { parameters?: Record<string, unknown> }
        if (Object.keys(parameters).some((name) => name !== 'unload_dependents'))
          throw new AppError('invalid_option', 'Packs are immutable: files and configuration cannot be overridden.')
        await catalogue[action](params.model)
        const { manifest, digest } = await catalogue.show(params.model)
        noteModel(request, { name: manifest.name, version: manifest.version, digest })
        return reply.send('')
      },
    )
  }
}
