import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.js'
import { innerRequest } from '../inner-request.js'
import { createProblem, retryAfterMs, type ErrorShape, type Problem, type ProblemCause } from '../problem.js'
import type { RouteTable } from '../route-table.js'

/** Every error of a scope, and every path below it that is no route, in the scope's own shape. */
export function addErrorHandler(scope: FastifyInstance, shape: ErrorShape, routes: RouteTable): void {
  scope.setErrorHandler((error: FastifyError | AppError, request, reply) => {
    const cause = problemCauseOf(error)
    const problem = sendProblem(request, reply, { cause, shape })
    if (problem.status >= 500) request.log.error({ err: error, code: cause.code }, 'a request failed')
    return reply
  })
  scope.setNotFoundHandler((request, reply) => {
    const methods = routes.methodsOf(request.url)
    if (methods.length > 0) void reply.header('allow', methods.join(', '))
    const cause = methods.length > 0 ? methodNotAllowed(methods) : routeNotFound
    sendProblem(request, reply, { cause, shape })
    return reply
  })
}

function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  { cause, shape }: { cause: ProblemCause; shape: ErrorShape },
): Problem {
  const problem = createProblem(cause, request.id)
  request.exchange.errorCode = problem.code
  innerRequest()?.onProblem(problem)
  writeProblem(reply, problem, shape)
  return problem
}

export function writeProblem(reply: FastifyReply, problem: Problem, shape: ErrorShape): void {
  const waitMs = retryAfterMs(problem)
  if (waitMs !== undefined) void reply.header('retry-after', Math.max(1, Math.ceil(waitMs / 1000)))
  // Fastify closes the connection when a body was refused. Node would then reset it while the client still sends, and
  // the answer could be lost; left open, what still comes is read and dropped, for no longer than the upload timeout.
  reply.removeHeader('connection')
  // Serialized here: a schema for answers does not describe a refusal.
  void reply.code(problem.status).type(shape.contentType).serializer(JSON.stringify).send(shape.body(problem))
}

const routeNotFound: ProblemCause = { code: 'route_not_found', message: 'There is no endpoint at this path.' }

function methodNotAllowed(methods: readonly string[]): ProblemCause {
  return { code: 'method_not_allowed', message: `This endpoint takes ${methods.join(', ')}.` }
}

/** Fastify's own errors by the code of our catalogue; what is not here and below 500 is a malformed request. */
const FASTIFY_CAUSES: Readonly<Record<string, ProblemCause>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    message: 'This endpoint does not take bodies of this content-type.',
  },
  FST_ERR_CTP_EMPTY_TYPE: { code: 'unsupported_media_type', message: 'The body has no content-type.' },
  FST_ERR_BAD_URL: { code: 'malformed_request', message: 'The path is not a valid URL.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'route_not_found', message: 'A part of the path is too long.' },
}

/** What a caller may be told of an error that Fastify or a room threw. */
export function problemCauseOf(error: FastifyError | AppError): ProblemCause {
  if (error instanceof AppError) return error
  const known = FASTIFY_CAUSES[error.code]
  if (known !== undefined) return known
  const isCallers = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
  if (isCallers) return { code: 'malformed_request', message: 'The request cannot be read.' }
  return { code: 'internal', message: 'Something went wrong inside the service.' }
}
