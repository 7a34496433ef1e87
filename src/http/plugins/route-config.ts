import type { RouteOptions } from 'fastify'
import type { TSchema } from 'typebox'
import type { TaskName } from '../../families/family.js'
import type { ImagesField } from '../form.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Marks a route that takes images, as JSON, as a form or as a raw body; the field that forms fill. */
    imagesField?: ImagesField
    /** What the route asks of a model. */
    task?: TaskName
    /** The JSON of a body that arrives as bytes and is checked by its handler. */
    documentedBody?: TSchema
    /** One line of a body of lines; its arrival may take as long as it likes. */
    documentedLines?: TSchema
    /** Asks a model, although its tag does not say so. */
    isInference?: true
  }
}

/** Whether a route asks a model something, so that the answer may be left for later. */
export function isInference({ config, schema, method }: Pick<RouteOptions, 'config' | 'schema' | 'method'>): boolean {
  if (![method].flat().includes('POST')) return false
  return config?.isInference ?? schema?.tags?.includes('inference') ?? false
}
