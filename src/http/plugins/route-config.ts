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
  }
}
