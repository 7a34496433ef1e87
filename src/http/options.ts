import { Type, type Static, type TSchema } from 'typebox'

const MIB = 1 << 20

const positive = (fallback: number, description: string) => Type.Integer({ default: fallback, description, minimum: 1 })

/** What the HTTP side needs of the configuration. A key here is the same key there in camel case. */
export const HttpOptionsSchema = Type.Object({
  maxBodyBytes: positive(64 * MIB, 'Bytes of one request body.'),
  maxBodiesBytes: positive(512 * MIB, 'Bytes of all request bodies in memory at one time.'),
  maxImageBytes: positive(32 * MIB, 'Bytes of one encoded image.'),
  maxImages: positive(32, 'Images in one request.'),
  maxTexts: positive(512, 'Texts in one request.'),
  maxTextCharacters: positive(5_000, 'Characters of one text.'),
  maxMaps: positive(1024, 'Maps in one answer.'),
  maxMapPictures: positive(64, 'Maps in one answer that are drawn as PNG.'),
  maxMapPixels: positive(16_000_000, 'Pixels of all maps of probabilities in one JSON answer.'),
  maxPromptCharacters: positive(100_000, 'Characters of one prompt for an image.'),
  maxSteps: positive(200, 'Steps that a sampler may be asked for.'),
  maxImagesGenerated: positive(8, 'Images that one request may ask a model to make.'),
  maxReportTokens: positive(512, 'Tokens of one report.'),
  maxReportBeams: positive(8, 'Texts that a beam search may hold for one report.'),
  refusePersonalPrompts: Type.Boolean({ default: true, description: 'Refuse prompts that seem to name a person.' }),
  eventHeartbeatMs: positive(15_000, 'Silence after which a stream of events gets a comment.'),
  requestTimeoutMs: positive(60_000, 'Longest time that one request may take; x-timeout-ms may ask for less.'),
  uploadTimeoutMs: positive(30_000, 'Longest time that the bytes of one request may take to arrive.'),
  keepAliveTimeoutMs: positive(72_000, 'Longest time that an idle connection is kept.'),
  publicMetrics: Type.Boolean({ default: false, description: 'Answer /metrics without asking who it is for.' }),
  publicDocs: Type.Boolean({ default: false, description: 'Answer /docs and /openapi.json as well.' }),
  maxCallerRequestsInFlight: positive(128, 'Requests that one caller may have open at a time.'),
  maxCallerRequestsPerMinute: positive(6_000, 'Requests of one caller in a minute.'),
  sharesIndexes: Type.Boolean({ default: false, description: 'Indexes are there for every caller.' }),
  /** Node looks for late uploads only so often. */
  timeoutCheckMs: positive(1000, 'How often connections are checked for late uploads.'),
})
export type HttpOptions = Readonly<Static<typeof HttpOptionsSchema>>

/** Options after defaults: past this point nothing is optional. */
export function fillHttpOptions(given: Partial<HttpOptions> = {}): HttpOptions {
  const defaults = Object.entries<TSchema>(HttpOptionsSchema.properties).map(([key, schema]) => [
    key,
    (schema as { default?: unknown }).default,
  ])
  return Object.freeze({ ...(Object.fromEntries(defaults) as HttpOptions), ...given })
}

/** A limit by the name that `radserve config` prints: `maxTexts` is `MAX_TEXTS`. */
export function limitName(key: keyof HttpOptions): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}
