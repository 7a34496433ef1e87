/** A typed client of the service, for Node 20 and later and for browsers: `fetch` is all that it needs. */
import type { BodyOf, JobState, Operation, ReplyOf } from './contract.js'
import { createIndexes, type Indexes } from './indexes.js'
import { openJob, type Job } from './job.js'
import { createModels, type Models } from './models.js'
import { pagesOf } from './pages.js'
import { createRequest, type Request } from './request.js'
import { createStreamingTask, createTask, type StreamingTaskAt, type TaskAt } from './task.js'
import { createTransport, type CallOptions, type TransportOptions } from './transport.js'

export type { Film, JobState, ModelCard, paths, ProblemCode, ProblemDocument } from './contract.js'
export type { Index, Indexes } from './indexes.js'
export type { Job, JobEvent, JobEventsOptions, JobWaitOptions } from './job.js'
export type { Models } from './models.js'
export { ConnectionError, ProblemError, type ConnectionFault } from './problem.js'
export type { Request, RequestParts } from './request.js'
export type { StreamingTask, SubmitOptions, Task } from './task.js'
export type { CallOptions, TransportOptions as ClientOptions } from './transport.js'

type ReplyAt<P extends '/v1/images/generations' | '/v1/images/edits' | '/v1/reports'> = ReplyOf<Operation<P, 'post'>>
type Token = ReplyAt<'/v1/reports'>['tokens'][number]

/** `previews`: small pictures of each image on the way, where `preview_every` asked for them. */
export type GenerationEvent =
  | {
      readonly event: 'progress'
      readonly data: {
        readonly step: number
        readonly of: number
        readonly eta_ms: number
        readonly previews?: readonly { readonly b64_json: string }[]
      }
    }
  | { readonly event: 'result'; readonly data: ReplyAt<'/v1/images/generations'> }

export type ReportEvent =
  | { readonly event: 'token'; readonly data: Token & { readonly index: number } }
  | { readonly event: 'result'; readonly data: ReplyAt<'/v1/reports'> }

export type ClassifyBody = BodyOf<Operation<'/v1/classifications', 'post'>>
export type Classification = ReplyOf<Operation<'/v1/classifications', 'post'>>
export type Segmentation = ReplyOf<Operation<'/v1/segmentations', 'post'>>
export type Generation = ReplyAt<'/v1/images/generations'>
export type Report = ReplyAt<'/v1/reports'>

export interface Client {
  /** Vectors of texts, films and studies. */
  readonly embed: TaskAt<'/v1/embeddings'>
  /** How well sentences and films go together, and where. */
  readonly compare: TaskAt<'/v1/similarities'>
  readonly classify: TaskAt<'/v1/classifications'>
  readonly segment: TaskAt<'/v1/segmentations'>
  /** Synthetic films from words. */
  readonly generate: StreamingTaskAt<'/v1/images/generations', GenerationEvent>
  /** A film changed by words: a synthetic one. */
  readonly edit: StreamingTaskAt<'/v1/images/edits', GenerationEvent>
  readonly report: StreamingTaskAt<'/v1/reports', ReportEvent>
  readonly models: Models
  readonly indexes: Indexes
  readonly jobs: {
    /** A job by its id, of this program or another; nothing is asked yet. */
    open<Reply = unknown>(id: string): Job<Reply>
    /** The newest first, page by page. */
    list(filter?: { readonly state?: JobState['state'] }, options?: CallOptions): AsyncGenerator<JobState>
  }
  /** Any other call of the contract, in its own words. */
  readonly request: Request
}

export function createClient(options: TransportOptions = {}): Client {
  const transport = createTransport(options)
  const request = createRequest(transport)
  return {
    embed: createTask(transport, '/v1/embeddings'),
    compare: createTask(transport, '/v1/similarities'),
    classify: createTask(transport, '/v1/classifications'),
    segment: createTask(transport, '/v1/segmentations'),
    generate: createStreamingTask(transport, '/v1/images/generations'),
    edit: createStreamingTask(transport, '/v1/images/edits'),
    report: createStreamingTask(transport, '/v1/reports'),
    models: createModels(request),
    indexes: createIndexes(request),
    jobs: {
      open: <Reply>(id: string) => openJob<Reply>(transport, id),
      list: (filter = {}, called) =>
        pagesOf((page) => request('get', '/v1/jobs', { query: { ...filter, ...page } }, called), 'id'),
    },
    request,
  }
}
