import type { FastifyInstance } from 'fastify'
import type { Catalogue } from '../../flows/catalogue.js'
import { IMAGE_MEDIA_TYPES } from './bodies.js'

/**
 * A raw image whose model has no place left is refused before its body is read: under overload most requests are refused,
 * and to read, check and drop each would take the cores from those that are answered. Other bodies name their model inside,
 * and a job waits for its place.
 */
export function refuseEarly(scope: FastifyInstance, { checkRoom }: Pick<Catalogue, 'checkRoom'>): void {
  scope.addHook('preParsing', async ({ routeOptions, headers, query, exchange }) => {
    const { task } = routeOptions.config
    const type = headers['content-type']?.split(';', 1)[0]
    if (task === undefined || exchange.isDeferred) return
    if (!IMAGE_MEDIA_TYPES.some((known) => known === type)) return
    const { model } = query as { model?: unknown }
    if (model === undefined || typeof model === 'string') await checkRoom(model, task)
  })
}
