import type { ModelIdentity } from '../../flows/answer.js'
import type { ModelCard } from '../../flows/catalogue.js'
import type { Component } from '../../families/component.js'
import type { ZeroShot } from '../../families/dual-encoder/zero-shot-spec.js'
import type { ReportSpec } from '../../families/report/spec.js'
import type { SegmentationSection } from '../../families/segmentation/spec.js'
import { noteModel } from '../replies.js'
import {
  ModelListSchema,
  ModelParamsSchema,
  ModelSchema,
  VersionParamsSchema,
  type ModelReply,
} from '../schemas/models.js'
import type { RouteContext, Scope } from './route.js'

export function addModels(scope: Scope, { services }: RouteContext): void {
  const { catalogue } = services
  const tags = ['models']
  const one = { tags, params: ModelParamsSchema, response: { 200: ModelSchema } }

  scope.get('/models', { schema: { summary: 'Every model', tags, response: { 200: ModelListSchema } } }, async () => ({
    object: 'list' as const,
    data: (await catalogue.list()).map(modelReply),
  }))
  scope.get('/models/:name', { schema: { ...one, summary: 'One model' } }, async ({ params }) =>
    modelReply(await catalogue.show(params.name)),
  )
  scope.get(
    '/models/:name/versions/:version',
    { schema: { ...one, params: VersionParamsSchema, summary: 'One version of a model' } },
    async ({ params }) => modelReply(await catalogue.show(`${params.name}@${params.version}`)),
  )
  scope.post(
    '/models/:name/load',
    { schema: { ...one, summary: 'Load a model', description: 'Verifies the pack and runs its goldens first.' } },
    async (request) => {
      const card = await catalogue.load(request.params.name)
      noteModel(request, identityOf(card))
      return modelReply(card)
    },
  )
  scope.post(
    '/models/:name/unload',
    { schema: { ...one, summary: 'Unload a model', description: '409 while a request uses it.' } },
    async (request) => {
      const { name } = request.params
      await catalogue.unload(name)
      const card = await catalogue.show(name)
      noteModel(request, identityOf(card))
      return modelReply(card)
    },
  )
}

function identityOf({ manifest: { name, version }, digest }: ModelCard): ModelIdentity {
  return { name, version, digest }
}

function modelReply(card: ModelCard): ModelReply {
  const { manifest } = card
  const { citation, training } = manifest
  return {
    id: `${manifest.name}@${manifest.version}`,
    object: 'model',
    created: Math.floor(card.createdMs / 1000),
    owned_by: 'radserve',
    name: manifest.name,
    version: manifest.version,
    digest: card.digest,
    family: manifest.family,
    title: manifest.title,
    tasks: manifest.tasks,
    default_for: [...card.defaultFor],
    state: card.state,
    ...(card.reason !== undefined && { reason: card.reason }),
    healthy: card.ailment === undefined,
    bytes: Object.values(manifest.components).reduce((sum, component) => sum + componentBytes(component), 0),
    devices: [...card.devices],
    components: Object.keys(manifest.components),
    licence: manifest.licence,
    source: manifest.source,
    ...(citation !== undefined && { citation }),
    intended_use: manifest.intended_use,
    not_for: manifest.not_for,
    limitations: manifest.limitations,
    ...(training !== undefined && { training }),
    evaluation: manifest.evaluation,
    ...structures(manifest['segmentation']),
    ...reports(manifest['generation'], manifest['views']),
    label_sets: labelSets(manifest['zero_shot']),
  }
}

function componentBytes({ bytes, external_data: weights = [] }: Component): number {
  return weights.reduce((sum, file) => sum + file.bytes, bytes)
}

function structures(section: unknown): Pick<ModelReply, 'structures'> {
  // As `zero_shot` below: checked when it was read, absent in packs of other families.
  return section === undefined ? {} : { structures: (section as SegmentationSection).structures }
}

function reports(section: unknown, views: unknown): Pick<ModelReply, 'reports'> {
  if (section === undefined) return {}
  const { max_tokens, defaults, findings = {} } = section as ReportSpec['generation']
  const { max: films } = (views ?? { max: 1 }) as NonNullable<ReportSpec['views']>
  return { reports: { films, max_tokens, method: defaults.method, findings: Object.keys(findings) } }
}

function labelSets(section: unknown): ModelReply['label_sets'] {
  // The manifest was validated against its family's sections when it was read; zero_shot is optional there.
  const { sets } = (section ?? { sets: {} }) as ZeroShot
  return Object.entries(sets).map(([name, { title, note, classes }]) => ({
    name,
    ...(title !== undefined && { title }),
    ...(note !== undefined && { note }),
    labels: classes.map(({ label }) => label),
  }))
}
