/** What each room is told of the configuration. */
import { laneEnvironment, type Config } from '../config.js'
import { parseDevice } from '../engine/devices.js'
import type { GateOptions } from '../flows/gate.js'
import { fillHttpOptions, type HttpOptions } from '../http/options.js'

export function openOptions(config: Config) {
  return { maxTextCharacters: config.MAX_TEXT_CHARACTERS, verifyGoldens: config.VERIFY_GOLDENS }
}

export function indexLimits(config: Config) {
  return {
    maxIndexes: config.MAX_INDEXES,
    maxItems: config.MAX_INDEX_ITEMS,
    timeoutMs: config.REQUEST_TIMEOUT_MS,
    // Said again with every batch of items, which takes longer than a job's next sign of life.
    leaseMs: 6 * config.JOB_LEASE_MS,
  }
}

export function gateOptions(config: Config): GateOptions {
  return {
    mode: config.GATE,
    maxLossyRatio: config.GATE_MAX_LOSSY_RATIO,
    outliers: config.GATE_OUTLIERS,
    maxOutlierScore: config.GATE_MAX_OUTLIER_SCORE,
  }
}

export function engineOptions(config: Config) {
  return {
    device: parseDevice(config.DEVICE),
    ...(config.LANES > 0 && { lanes: config.LANES }),
    ...(config.THREADS_PER_LANE > 0 && { threadsPerLane: config.THREADS_PER_LANE }),
    budgetBytes: config.CACHE_BUDGET_BYTES,
    runLimitMs: config.RUN_LIMIT_MS,
    maxRequestsInFlight: config.MAX_REQUESTS_IN_FLIGHT,
    environment: laneEnvironment(),
  }
}

export function httpOptions(config: Config): HttpOptions {
  return fillHttpOptions({
    maxBodyBytes: config.MAX_BODY_BYTES,
    maxBodiesBytes: config.MAX_BODIES_BYTES,
    maxImageBytes: config.MAX_IMAGE_BYTES,
    maxImages: config.MAX_IMAGES,
    maxTexts: config.MAX_TEXTS,
    maxTextCharacters: config.MAX_TEXT_CHARACTERS,
    maxMaps: config.MAX_MAPS,
    maxMapPictures: config.MAX_MAP_PICTURES,
    maxMapPixels: config.MAX_MAP_PIXELS,
    maxPromptCharacters: config.MAX_PROMPT_CHARACTERS,
    maxSteps: config.MAX_STEPS,
    maxImagesGenerated: config.MAX_IMAGES_GENERATED,
    maxReportTokens: config.MAX_REPORT_TOKENS,
    maxReportBeams: config.MAX_REPORT_BEAMS,
    refusePersonalPrompts: config.REFUSE_PERSONAL_PROMPTS,
    eventHeartbeatMs: config.EVENT_HEARTBEAT_MS,
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    uploadTimeoutMs: config.UPLOAD_TIMEOUT_MS,
    keepAliveTimeoutMs: config.KEEP_ALIVE_TIMEOUT_MS,
    ...{ publicMetrics: config.PUBLIC_METRICS, publicDocs: config.PUBLIC_DOCS },
    maxCallerRequestsInFlight: config.MAX_CALLER_REQUESTS_IN_FLIGHT,
    maxCallerRequestsPerMinute: config.MAX_CALLER_REQUESTS_PER_MINUTE,
    sharesIndexes: config.INDEX_ACCESS === 'shared',
  })
}

/** What stands between commas. */
export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
