import type { ProblemCode, ProblemDocument } from '../../client/client.js'

/**
 * What the service says of a request that failed: RFC 9457, as docs/errors.md has it. `unknown`: something else than the
 * service answered, such as a proxy.
 */
export type Problem = Omit<ProblemDocument, 'type' | 'code'> & { readonly code: ProblemCode | 'unknown' }

/** A request that was answered with a problem. */
export class ProblemError extends Error {
  readonly problem: Problem
  /** How long the service asks to wait before the next attempt, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(problem: Problem, retryAfterMs?: number) {
    super(problem.detail)
    this.problem = problem
    this.retryAfterMs = retryAfterMs
  }
}

/** A request that was not answered at all. */
export class UnreachableError extends Error {
  constructor() {
    super('The service cannot be reached.')
  }
}

/** Whether nobody has looked at the request yet: the service was away, or wanted a key first. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof ProblemError && error.problem.status === 401)
}

const MAX_PROBLEM_CHARACTERS = 20_000

/** Reads the problem document of an answer; a proxy's own error page becomes one as well. */
export async function readProblem(response: Response): Promise<ProblemError> {
  const text = (await response.text().catch(() => '')).slice(0, MAX_PROBLEM_CHARACTERS)
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined
  return new ProblemError(parseProblem(text) ?? unknownProblem(response), retryAfterMs)
}

function parseProblem(text: string): Problem | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isProblem = typeof value === 'object' && value !== null && 'code' in value && 'detail' in value
    return isProblem ? (value as Problem) : undefined
  } catch {
    return undefined
  }
}

function unknownProblem({ status, headers }: Response): Problem {
  return {
    title: 'Something between this page and the service answered',
    status,
    detail: `The answer has the status ${status} and is none of the service’s own.`,
    code: 'unknown',
    request_id: headers.get('x-request-id') ?? 'none',
  }
}
