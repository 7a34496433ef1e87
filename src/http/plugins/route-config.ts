import type { ImagesField } from '../form.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Marks a route that takes images, as JSON, as a form or as a raw body; the field that forms fill. */
    imagesField?: ImagesField
  }
}
