import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { createBodyBudget } from './body-budget.js'
import { addOpenApi } from './openapi.js'
import { createNamedImages } from './named-images.js'
import type { HttpOptions } from './options.js'
import { addAudit, refuseUnrecorded } from './plugins/audit.js'
import { addAuthentication } from './plugins/authenticate.js'
import { addByteBodies, addImageBodies, addJsonBodies, addLineBodies, addRelatedBodies } from './plugins/bodies.js'
import { refuseEarly } from './plugins/early-refusal.js'
import { checkNamedImages, fetchNamedImages } from './plugins/fetch-images.js'
import { addInnerFilms } from './plugins/inner-films.js'
import { addErrorHandler } from './plugins/error-handler.js'
import { createLifecycle, refuseWhileDraining } from './plugins/lifecycle.js'
import { addCallerLimits } from './plugins/limit-callers.js'
import { refuseOthersIndexes } from './plugins/own-indexes.js'
import { addRespondAsync } from './plugins/respond-async.js'
import { addRequestContext } from './plugins/request-context.js'
import { addUploadTimeout } from './plugins/upload-timeout.js'
import { oipShape, openAiShape, problemShape } from './problem.js'
import { createRouteTable } from './route-table.js'
import { addClassifications } from './routes/classifications.js'
import { addDeliveries } from './routes/deliveries.js'
import { addDicomweb } from './routes/dicomweb.js'
import { addEmbeddings } from './routes/embeddings.js'
import { addHealth } from './routes/health.js'
import { addIndexItems } from './routes/index-items.js'
import { addIndexSearch } from './routes/index-search.js'
import { addIndexes } from './routes/indexes.js'
import { addImagesEdits } from './routes/images-edits.js'
import { addImagesGenerations } from './routes/images-generations.js'
import { addImagesPrepared } from './routes/images-prepared.js'
import { addJobs } from './routes/jobs.js'
import { addModelCard } from './routes/model-card.js'
import { addModels } from './routes/models.js'
import { addOipInfer } from './routes/oip-infer.js'
import { addOipModels } from './routes/oip-models.js'
import { addOipServer } from './routes/oip-server.js'
import { addReports } from './routes/reports.js'
import type { RouteContext } from './routes/route.js'
import { addSegmentations } from './routes/segmentations.js'
import { addSimilarities } from './routes/similarities.js'
import { addStudies } from './routes/studies.js'
import type { HttpServices } from './services.js'
import { validatorCompiler } from './validator.js'

/** Gives a server every route of the service. */
export async function registerHttp(app: FastifyInstance, services: HttpServices, http: HttpOptions): Promise<void> {
  const budget = createBodyBudget(http.maxBodiesBytes)
  const namedImages = createNamedImages({ ...services, http })
  const context: RouteContext = { services, http, lifecycle: createLifecycle(app), namedImages }
  const bodies = { ...http, budget }
  const routes = createRouteTable(app)

  app.setValidatorCompiler(validatorCompiler)
  addRequestContext(app, { ...services, budget })
  addUploadTimeout(app, http)
  addAudit(app, services)
  addAuthentication(app, services.identity, http)
  addCallerLimits(app, { ...http, clock: services.clock })
  refuseUnrecorded(app, services.audit)
  addInnerFilms(app, bodies)
  checkNamedImages(app, namedImages)
  addRespondAsync(app, services.jobs)
  fetchNamedImages(app, namedImages, budget)
  addJsonBodies(app, bodies)
  addErrorHandler(app, problemShape, routes)
  await addOpenApi(app, services.version)

  await app.register(
    (plain, _options, done) => {
      const scope = plain.withTypeProvider<TypeBoxTypeProvider>()
      addErrorHandler(scope, openAiShape, routes)
      refuseWhileDraining(scope, context.lifecycle)
      if (!http.sharesIndexes) refuseOthersIndexes(scope, services.indexes)
      refuseEarly(scope, services.catalogue)
      addImageBodies(scope, bodies)
      addEmbeddings(scope, context)
      addSimilarities(scope, context)
      addClassifications(scope, context)
      addSegmentations(scope, context)
      addReports(scope, context)
      addImagesGenerations(scope, context)
      addImagesEdits(scope, context)
      addImagesPrepared(scope, context)
      addIndexes(scope, context)
      addIndexSearch(scope, context)
      scope.register((lines, _none, registered) => {
        addLineBodies(lines, bodies)
        addIndexItems(lines.withTypeProvider<TypeBoxTypeProvider>(), context)
        registered()
      })
      addModels(scope, context)
      addModelCard(scope, context)
      addJobs(scope, context)
      addStudies(scope, context)
      addDeliveries(scope, context)
      done()
    },
    { prefix: '/v1' },
  )
  await app.register(
    (plain, _options, done) => {
      const scope = plain.withTypeProvider<TypeBoxTypeProvider>()
      addErrorHandler(scope, oipShape, routes)
      addByteBodies(scope, bodies)
      addOipServer(scope, context)
      addOipModels(scope, context)
      addOipInfer(scope, context)
      done()
    },
    { prefix: '/v2' },
  )

  await app.register(
    (plain, _options, done) => {
      const scope = plain.withTypeProvider<TypeBoxTypeProvider>()
      refuseWhileDraining(scope, context.lifecycle)
      addRelatedBodies(scope, bodies)
      addDicomweb(scope, context)
      done()
    },
    { prefix: '/dicomweb' },
  )

  addHealth(app.withTypeProvider<TypeBoxTypeProvider>(), context)
}
