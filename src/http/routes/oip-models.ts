import { Type } from 'typebox'
import { DEFAULT_MAX_BATCH } from '../../store/pack.js'
import { graphConfig, graphMetadata, statisticsReply } from '../oip/metadata.js'
import { findGraph, graphNames } from '../oip/served-graph.js'
import {
  GraphParamsSchema,
  GraphVersionParamsSchema,
  ModelConfigSchema,
  ModelMetadataSchema,
  StatisticsSchema,
} from '../schemas/oip.js'
import type { RouteContext, Scope } from './route.js'

const ReadySchema = Type.Object({ name: Type.String(), ready: Type.Boolean() })
const NamesSchema = Type.Object({ models: Type.Array(Type.String()) })

interface GraphParams {
  readonly model: string
  readonly version?: string
}

export function addOipModels(scope: Scope, { services }: RouteContext): void {
  const { catalogue } = services
  const tags = ['open inference protocol']
  const metadata = async ({ model, version }: GraphParams) => {
    const graph = await findGraph(catalogue, model, version)
    const { name } = graph.card.manifest
    const versions = (await catalogue.index()).filter((status) => status.name === name).map((status) => status.version)
    return graphMetadata(graph, versions)
  }
  const ready = async ({ model, version }: GraphParams) => {
    const { card, name } = await findGraph(catalogue, model, version)
    return { name, ready: card.state === 'ready' }
  }
  const config = async ({ model, version }: GraphParams) =>
    graphConfig(await findGraph(catalogue, model, version), DEFAULT_MAX_BATCH)
  const statistics = async ({ model, version }: GraphParams) =>
    statisticsReply(await catalogue.statistics((await findGraph(catalogue, model, version)).id))

  scope.get('/models', { schema: { summary: 'Names of graphs', tags, response: { 200: NamesSchema } } }, async () => ({
    models: (await catalogue.list()).flatMap(graphNames),
  }))
  scope.get(
    '/models/stats',
    { schema: { summary: 'Statistics of every model', tags, response: { 200: StatisticsSchema } } },
    async () => statisticsReply(await catalogue.statistics()),
  )
  for (const [path, params] of [
    ['/models/:model', GraphParamsSchema],
    ['/models/:model/versions/:version', GraphVersionParamsSchema],
  ] as const) {
    const describe = (summary: string) => ({ summary, tags, params })
    scope.get(
      path,
      { schema: { ...describe('Inputs and outputs of a graph'), response: { 200: ModelMetadataSchema } } },
      (request) => metadata(request.params),
    )
    scope.get(
      `${path}/ready`,
      { schema: { ...describe('Is the model loaded'), response: { 200: ReadySchema, 503: ReadySchema } } },
      async (request, reply) => {
        const answer = await ready(request.params)
        return reply.code(answer.ready ? 200 : 503).send(answer)
      },
    )
    scope.get(
      `${path}/config`,
      { schema: { ...describe('Configuration of a graph'), response: { 200: ModelConfigSchema } } },
      (request) => config(request.params),
    )
    scope.get(
      `${path}/stats`,
      { schema: { ...describe('Statistics of a model'), response: { 200: StatisticsSchema } } },
      (request) => statistics(request.params),
    )
  }
}
