import type { Job, JobError } from '../jobs/job.js'
import { createProblem, problemShape, type Problem, type ProblemCode } from './problem.js'
import type { JobReply } from './schemas/jobs.js'

/** A job as callers see it. */
export function jobReply(job: Job): JobReply {
  const { id, state, method, path, requestId, priority, progress, answer, error, webhook } = job
  return {
    id,
    object: 'job',
    state,
    request: { method, path, id: requestId },
    priority,
    ...(job.queuePosition !== undefined && { queue_position: job.queuePosition }),
    ...(progress !== undefined && { progress: progressReply(progress) }),
    created_at: job.createdAt.toISOString(),
    ...(job.startedAt !== undefined && { started_at: job.startedAt.toISOString() }),
    ...(job.endedAt !== undefined && { ended_at: job.endedAt.toISOString() }),
    ...(job.expiresAt !== undefined && { expires_at: job.expiresAt.toISOString() }),
    attempts: job.attempts,
    cancel_requested: job.isCancelRequested,
    ...(answer !== undefined && { result: resultReply(answer) }),
    ...(error !== undefined && {
      error: problemShape.body(jobProblem(error, requestId)) as JobReply['error'] & object,
    }),
    ...(webhook !== undefined && { webhook }),
  }
}

export function progressReply({ step, of, etaMs }: NonNullable<Job['progress']>) {
  return { step, of, ...(etaMs !== undefined && { eta_ms: Math.round(etaMs) }) }
}

/** The problem document of a job that failed; its request id is the one that stands in the log of that time. */
export function jobProblem({ code, message, details }: JobError, requestId: string): Problem {
  // Codes come from this service's own answers and from its catalogue.
  return createProblem({ code: code as ProblemCode, message, details }, requestId)
}

function resultReply({ status, mediaType, bytes }: NonNullable<Job['answer']>) {
  return { status, bytes, ...(mediaType !== undefined && { media_type: mediaType }) }
}
