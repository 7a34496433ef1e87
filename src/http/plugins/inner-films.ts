import type { FastifyInstance } from 'fastify'
import { bodyTooLarge, type BodyLimits } from '../body.js'
import { innerRequest } from '../inner-request.js'
import { Upload } from '../upload.js'

/** Films of a job stand in its body as if they had come with a form, before the schema checks it; they count as what was sent. */
export function addInnerFilms(app: FastifyInstance, { maxBodyBytes, budget }: BodyLimits): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const films = innerRequest()?.films
    if (films === undefined) {
      done()
      return
    }
    try {
      const bytes = films.files.reduce((sum, { byteLength }) => sum + byteLength, 0)
      // The budget alone would have a study that never fits tried for ever: it says that there is no room now.
      if (bytes > maxBodyBytes) throw bodyTooLarge(maxBodyBytes)
      budget.take(bytes)
      request.exchange.bodyBytes += bytes
      request.body = { ...(request.body as object), [films.field]: films.files.map((file) => new Upload(file)) }
      done()
    } catch (error) {
      done(error as Error)
    }
  })
}
