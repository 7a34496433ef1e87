import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.js'
import type { Demand, Priority } from '../../ports.js'
import { writeInfer } from '../oip/infer-reply.js'
import { readInfer, type InferCall } from '../oip/infer-request.js'
import { findGraph } from '../oip/served-graph.js'
import { demandOf } from '../plugins/request-context.js'
import { addAnswerHeaders } from '../replies.js'
import {
  bytesOr,
  GraphParamsSchema,
  GraphVersionParamsSchema,
  InferBodySchema,
  InferReplySchema,
} from '../schemas/oip.js'
import type { RouteContext, Scope } from './route.js'

const JSON_LENGTH_HEADER = 'inference-header-content-length'

export function addOipInfer(scope: Scope, context: RouteContext): void {
  const schema = {
    summary: 'Run one graph on tensors',
    description:
      'JSON, or JSON with binary tensors behind it. A raw body (header length 0) is the data of the only input.',
    tags: ['open inference protocol'],
    response: { 200: bytesOr(InferReplySchema) },
  }
  // The body is described here and checked where its JSON is: a validator at this place would see bytes.
  const config = { documentedBody: InferBodySchema, isInference: true as const }
  // The path names the model: when that has no place left, the body need not be read. A job waits for its place.
  const preParsing = async ({ params, exchange }: FastifyRequest): Promise<void> => {
    if (exchange.isDeferred) return
    const { catalogue } = context.services
    const { model, version } = params as { model: string; version?: string }
    await catalogue.checkRoom((await findGraph(catalogue, model, version)).id)
  }
  scope.post(
    '/models/:model/infer',
    { config, preParsing, schema: { ...schema, params: GraphParamsSchema } },
    (request, reply) => answerInfer(context, request, reply),
  )
  scope.post(
    '/models/:model/versions/:version/infer',
    { config, preParsing, schema: { ...schema, params: GraphVersionParamsSchema } },
    (request, reply) => answerInfer(context, request, reply),
  )
}

async function answerInfer(
  { services, http, lifecycle }: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Buffer> {
  if (lifecycle.isDraining) throw new AppError('draining', 'The service is shutting down.')
  const { model, version } = request.params as { model: string; version?: string }
  const graph = await findGraph(services.catalogue, model, version)
  const body =
    request.body instanceof Uint8Array
      ? Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength)
      : Buffer.alloc(0)
  const given = request.headers[JSON_LENGTH_HEADER]
  const call = readInfer(body, given?.toString(), graph.component.inputs)
  const answer = await services.catalogue.infer({
    model: graph.id,
    component: graph.role,
    inputs: call.inputs,
    demand: withParameters(demandOf(request, { ...services, ...http }), call, services.clock.nowMs()),
    ...(call.outputs !== undefined && { outputs: call.outputs.map(({ name }) => name) }),
  })
  const { body: bytes, jsonBytes } = writeInfer({ name: model, version: answer.model.version }, call, answer.outputs)
  addAnswerHeaders(reply, answer)
  if (jsonBytes !== undefined) void reply.header(JSON_LENGTH_HEADER, jsonBytes)
  void reply.type(jsonBytes === undefined ? 'application/json' : 'application/octet-stream')
  return bytes
}

/** Triton's request parameters, which a client of the protocol sets instead of our headers. */
function withParameters(demand: Demand, { priority, timeoutUs }: InferCall, nowMs: number): Demand {
  const deadlineMs = timeoutUs ? Math.min(demand.deadlineMs ?? Infinity, nowMs + timeoutUs / 1000) : demand.deadlineMs
  return {
    ...demand,
    ...(priority && { priority: priorityOf(priority) }),
    ...(deadlineMs !== undefined && { deadlineMs }),
  }
}

function priorityOf(level: number): Priority {
  return level === 1 ? 'stat' : level === 2 ? 'routine' : 'batch'
}
