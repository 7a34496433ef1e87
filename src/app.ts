import { availableParallelism } from 'node:os'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { identityOf, tlsOf } from './app/identity.js'
import { openServers } from './app/hospital.js'
import { openAuditOf } from './app/exposure.js'
import { openIntake } from './app/intake.js'
import { pageFolder } from './app/page.js'
import { openScp } from './app/scp.js'
import { engineOptions, gateOptions, httpOptions, indexLimits, listOf, openOptions } from './app/settings.js'
import { loadHospitalConfig, SERVICE_VERSION, type Config } from './config.js'
import type { HospitalConfig } from './config/hospital-config.js'
import { createEngine, type Engine } from './engine/engine.js'
import { FAMILIES } from './families/index.js'
import { createCatalogue, type Catalogue } from './flows/catalogue.js'
import { createGate } from './flows/gate.js'
import { createIndexes, type Indexes } from './flows/indexes.js'
import { createInfer } from './flows/infer.js'
import { openModel } from './flows/live-model.js'
import { createModels, type Models } from './flows/models.js'
import { createPredict, type Predict } from './flows/predict.js'
import { recordRuns, type RecordedRun } from './flows/recorded-runs.js'
import { createRowCache } from './flows/row-cache.js'
import { createExecute } from './http/execute.js'
import { registerHttp } from './http/register.js'
import { addPage } from './http/routes/page.js'
import { createServer } from './http/server.js'
import type { Intake } from './intake/intake.js'
import { createJobs, type Jobs, type JobsOptions } from './jobs/jobs.js'
import { createImagePool, type ImagePool } from './imaging/image-pool.js'
import { createLogger } from './observability/logger.js'
import { createMetrics, METRICS, type Metrics } from './observability/metrics.js'
import { systemClock, type AuditTrail, type Log } from './ports.js'
import { createRetrieval } from './retrieval/retrieval.js'
import { createState, type State } from './state/state.js'
import { createManifestReader, type ManifestReader } from './store/manifest.js'
import { packId, type Pack } from './store/pack.js'
import { createStore, type Store } from './store/store.js'

export interface StoreRoom {
  readonly store: Store
  readonly readManifest: ManifestReader
}

export function openStore(config: Config): StoreRoom {
  const readManifest = createManifestReader(FAMILIES)
  return { store: createStore(config.MODEL_STORE, readManifest), readManifest }
}

/** For associations that are open when the service closes. */
const ASSOCIATION_GRACE_MS = 5_000

/** Everything that answers, without the wire. */
export interface Service {
  readonly config: Config
  readonly log: Log
  readonly metrics: Metrics
  /** Closed last of all. */
  readonly audit: AuditTrail
  readonly engine: Engine
  readonly images: ImagePool
  readonly models: Models
  readonly catalogue: Catalogue
  readonly predict: Predict
  readonly state: State
  readonly jobs: Jobs
  readonly hospital: HospitalConfig
  /** Left out where no films are taken in. */
  readonly intake?: Intake
  readonly indexes: Indexes
  /** Aborts when the service closes. */
  readonly signal: AbortSignal
  /** Opens a pack that is not in the store, goldens and all, and closes it again; throws what is wrong with it. */
  check(pack: Pack): Promise<void>
  /** What a pack's components are fed by its goldens and by `films`. */
  record(pack: Pack, films: readonly Uint8Array[]): Promise<RecordedRun[]>
  /** Puts running jobs back, lets other work finish for `graceMs`, then ends threads, lanes and the database. */
  close(graceMs?: number): Promise<void>
}

export async function createService(config: Config, log: Log = createLogger(config.LOG_LEVEL)): Promise<Service> {
  const hospital = loadHospitalConfig(config)
  const metrics = createMetrics(METRICS)
  const { meter } = metrics
  const clock = systemClock
  const audit = await openAuditOf(config, { log, meter, clock })
  const closing = new AbortController()
  const { store } = openStore(config)
  const { state, jobs } = openJobs(config, { log, meter, clock })
  // Before anything is started, so that mistakes in the file leave nothing behind.
  const intake = await openIntake(hospital, store, {
    ...{ state, jobs, log, meter, audit, clock },
    leaseMs: config.JOB_LEASE_MS,
  })
  const engine = await createEngine({ ...engineOptions(config), log, meter, clock })
  const images = openImages(config, log, audit.isOn)
  const openDeps = { engine, images, signal: closing.signal, proven: new Set<string>(), ...openOptions(config) }
  const models = openModels({ config, store, openDeps, log, audit })
  const infer = createInfer({ models, engine, clock })
  const rows = createRowCache(config.TEXT_CACHE_BYTES)
  const gate = createGate(gateOptions(config), meter)
  const predict = createPredict({ models, engine, images, rows, gate, meter, clock })
  const retrieval = createRetrieval(state, log)
  const indexes = createIndexes({ retrieval, predict, clock, log, meter, ...indexLimits(config) })
  audit.record({ event: 'service_start', version: SERVICE_VERSION })
  return {
    ...{ config, log, metrics, audit },
    engine,
    images,
    models,
    catalogue: createCatalogue(models, engine, infer),
    predict,
    state,
    jobs,
    hospital,
    ...(intake && { intake }),
    indexes,
    signal: closing.signal,
    check: async (pack) => {
      await openModel(pack, false, openDeps)
      await engine.unload(packId(pack))
    },
    record: (pack, films) => recordRuns(pack, films, openDeps),
    async close(graceMs = config.SHUTDOWN_GRACE_MS) {
      await intake?.close()
      await jobs.close()
      await indexes.close()
      await engine.close({ graceMs })
      closing.abort()
      await images.close()
      await state.close()
      audit.record({ event: 'service_stop', version: SERVICE_VERSION })
      await audit.close()
      metrics.close()
    },
  }
}

interface ModelsDeps {
  readonly config: Config
  readonly store: Store
  readonly openDeps: Parameters<typeof openModel>[2]
  readonly log: Log
  readonly audit: AuditTrail
}

function openModels({ config, store, openDeps, log, audit }: ModelsDeps): Models {
  const { engine } = openDeps
  return createModels({
    store,
    log,
    defaults: listOf(config.DEFAULT_MODELS),
    open: async (pack, { isPinned }) => {
      const model = await openModel(pack, isPinned, openDeps)
      audit.record({ event: 'model_load', model: model.id, model_digest: model.identity.digest })
      return model
    },
    close: async (id) => {
      await engine.unload(id)
      audit.record({ event: 'model_unload', model: id })
    },
    pardon: (id) => engine.pardon(id),
  })
}

function openImages(config: Config, log: Log, hashesPixels: boolean): ImagePool {
  return createImagePool({
    threads: config.IMAGE_THREADS || Math.min(4, availableParallelism()),
    limits: { imageBytes: config.MAX_IMAGE_BYTES, imagePixels: config.MAX_IMAGE_PIXELS },
    dicomTimeoutMs: config.DICOM_TIMEOUT_MS,
    hashesPixels,
    onThreadError: (error) => log.error({ err: error }, 'an image thread failed'),
  })
}

function openJobs(config: Config, deps: Pick<JobsOptions, 'log' | 'meter' | 'clock'>): { state: State; jobs: Jobs } {
  const state = createState({
    dataDir: config.DATA_DIR,
    ...(config.DATABASE_URL !== '' && { databaseUrl: config.DATABASE_URL }),
    ...deps,
  })
  const jobs = createJobs({
    ...deps,
    state,
    maxQueuedJobs: config.MAX_QUEUED_JOBS,
    maxRunningJobs: config.MAX_RUNNING_JOBS,
    maxJobsBytes: config.MAX_JOBS_BYTES,
    timeoutMs: config.JOB_TIMEOUT_MS,
    retentionMs: config.JOB_RETENTION_MS,
    leaseMs: config.JOB_LEASE_MS,
    maxCrashes: config.MAX_JOB_CRASHES,
    webhooks: {
      origins: listOf(config.WEBHOOK_ORIGINS),
      secret: config.WEBHOOK_SECRET,
      privateRanges: listOf(config.WEBHOOK_PRIVATE_RANGES),
    },
  })
  return { state, jobs }
}

/**
 * The service on the wire, where jobs are carried out from now on; the caller listens, or injects. `page` is the folder of
 * the built playground.
 */
export async function createApp(service: Service, logger: Logger, page = pageFolder()): Promise<FastifyInstance> {
  const { config, log, audit } = service
  const http = httpOptions(config)
  const identity = await identityOf(config, { log, audit })
  const tls = tlsOf(config)
  const app = createServer({ http, logger, ...(tls !== undefined && { tls }) })
  const { predict, catalogue, jobs, intake, indexes, images, metrics } = service
  const services = {
    predict,
    catalogue,
    jobs,
    ...(intake && { intake }),
    indexes,
    images,
    metrics,
    ...{ identity, audit, servers: openServers(service.hospital) },
    meter: metrics.meter,
    clock: systemClock,
    version: SERVICE_VERSION,
  }
  await registerHttp(app, services, http)
  if (page !== undefined) await addPage(app, page)
  jobs.start(createExecute(app))
  intake?.start()
  const { scp: section } = service.hospital.file
  if (intake !== undefined && section !== undefined) {
    const scp = await openScp({ section, intake, dataDir: config.DATA_DIR, log, meter: metrics.meter })
    app.addHook('onClose', () => scp.close(ASSOCIATION_GRACE_MS))
  }
  indexes.start()
  return app
}
