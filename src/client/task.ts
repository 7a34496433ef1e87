import type { BodyOf, MediaTypeOf, Operation, PathOf, ReplyOf } from './contract.js'
import { readUntilEnd } from './events.js'
import { openJob, type Job } from './job.js'
import { readJson, type Call, type CallOptions, type Transport } from './transport.js'

export interface SubmitOptions extends CallOptions {
  readonly priority?: 'stat' | 'routine' | 'batch'
  /** The same request with the same key gives the same job; left out, a key of its own, so that it can be sent again. */
  readonly idempotencyKey?: string
  /** Longest time of one attempt. */
  readonly jobTimeoutMs?: number
  /** Is called when the job has ended, where the service allows it. */
  readonly webhookUrl?: string
}

/** Fields that decide whether an answer comes as events: a call says so by which of the functions it is. */
type Asked<B> = Omit<B, 'stream' | 'partial_images'>

/** One thing that the service does. Each of its functions throws `ProblemError`, `ConnectionError` or the signal's reason. */
export interface Task<Body, Reply, MediaType extends string> {
  /** Asks and waits for the answer in JSON. */
  (body: Asked<Body>, options?: CallOptions): Promise<Reply>
  /** The answer as a file: a picture, a DICOM object, FHIR. */
  file(body: Asked<Body>, mediaType: MediaType, options?: CallOptions): Promise<Blob>
  /** A job: the answer comes later, and outlives the connection and the service's process. */
  submit(body: Asked<Body>, options?: SubmitOptions): Promise<Job<Reply>>
}

/** A task that tells what happens on the way. */
export interface StreamingTask<Body, Reply, MediaType extends string, Event> extends Task<Body, Reply, MediaType> {
  /** Events as they come, the last of them the whole answer. Leaving the loop stops the work. */
  stream(body: Asked<Body>, options?: CallOptions): AsyncGenerator<Event>
}

export type TaskAt<P extends PathOf<'post'>> = Task<
  BodyOf<Operation<P, 'post'>>,
  ReplyOf<Operation<P, 'post'>>,
  MediaTypeOf<Operation<P, 'post'>>
>
export type StreamingTaskAt<P extends PathOf<'post'>, Event> = StreamingTask<
  BodyOf<Operation<P, 'post'>>,
  ReplyOf<Operation<P, 'post'>>,
  MediaTypeOf<Operation<P, 'post'>>,
  Event
>

export function createTask<P extends PathOf<'post'>>(transport: Transport, path: P): TaskAt<P> {
  const task = {
    file: (body: object, accept: string, options: CallOptions = {}) =>
      transport.call(post(path, body, accept), options, (reply) => reply.blob()),
    submit: (body: object, options: SubmitOptions = {}) => submit(transport, path, body, options),
  }
  const ask = (body: object, options: CallOptions = {}) =>
    transport.call(post(path, body, 'application/json'), options, (reply) => readJson(reply))
  // The path alone decides what is taken and given; that the service keeps to its document is tested there.
  return Object.assign(ask, task) as unknown as TaskAt<P>
}

export function createStreamingTask<P extends PathOf<'post'>, Event>(
  transport: Transport,
  path: P,
): StreamingTaskAt<P, Event> {
  const stream = (body: object, options: CallOptions = {}) =>
    readUntilEnd(transport, post(path, body, 'text/event-stream'), options)
  return Object.assign(createTask(transport, path), { stream }) as unknown as StreamingTaskAt<P, Event>
}

/** Asking a model changes nothing at the service, so it can be asked again. */
function post(path: string, body: object, accept: string): Call {
  return { method: 'POST', path, accept, body, isRepeatable: true }
}

async function submit(transport: Transport, path: string, body: object, options: SubmitOptions): Promise<Job<unknown>> {
  const { priority, idempotencyKey = randomKey(), jobTimeoutMs, webhookUrl, ...called } = options
  const headers = {
    prefer: 'respond-async',
    'idempotency-key': idempotencyKey,
    ...(priority !== undefined && { 'x-priority': priority }),
    ...(jobTimeoutMs !== undefined && { 'x-timeout-ms': String(jobTimeoutMs) }),
    ...(webhookUrl !== undefined && { 'x-webhook-url': webhookUrl }),
  }
  const call = { ...post(path, body, 'application/json'), headers }
  const { id } = await transport.call(call, called, (reply) => readJson<{ id: string }>(reply))
  return openJob(transport, id)
}

/** `crypto.randomUUID` is not there in a page that came without TLS. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
