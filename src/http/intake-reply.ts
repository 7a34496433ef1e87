import { AppError, type ErrorCode } from '../errors.js'
import type { Intake } from '../intake/intake.js'
import type { Delivery, Study, StudyTask } from '../intake/reading.js'
import type { DeliveryReply, StudyReply, StudyTaskReply } from './schemas/intake.js'
import type { HttpServices } from './services.js'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Throws `intake_off` where the service takes no films in. */
export function requireIntake({ intake }: HttpServices): Intake {
  if (intake !== undefined) return intake
  throw new AppError('intake_off', 'No films are taken in here: HOSPITAL_CONFIG is not set.')
}

/** What cannot be an id is nothing's. */
export function requireId(id: string, code: ErrorCode): string {
  if (UUID.test(id)) return id
  throw new AppError(code, 'There is nothing of this id.')
}

export function studyReply({ id, state, revision, films, isCleared, ...study }: Study): StudyReply {
  return {
    ...{ id, object: 'study', state, revision, films },
    created_at: study.createdAt.toISOString(),
    ...(study.completedAt && { completed_at: study.completedAt.toISOString() }),
    ...(study.endedAt && { ended_at: study.endedAt.toISOString() }),
    cleared: isCleared,
  }
}

export function studyTaskReply({
  id,
  rule,
  name,
  films,
  state,
  code,
  reason,
  result,
  ...task
}: StudyTask): StudyTaskReply {
  return {
    ...{ id, rule, name, films, state, shadow: task.isShadow },
    ...(task.jobId !== undefined && { job_id: task.jobId }),
    ...(code !== undefined && { code }),
    ...(reason !== undefined && { reason }),
    ...(result && { result: { media_type: result.mediaType, bytes: result.bytes } }),
  }
}

export function deliveryReply({ id, destination, state, attempts, code, bytes, ...delivery }: Delivery): DeliveryReply {
  return {
    ...{ id, object: 'delivery', study_id: delivery.studyId, task_id: delivery.taskId },
    ...{ destination, state, attempts, bytes },
    ...(code !== undefined && { code }),
    created_at: delivery.createdAt.toISOString(),
    ...(delivery.nextAt && { next_attempt_at: delivery.nextAt.toISOString() }),
    ...(delivery.endedAt && { ended_at: delivery.endedAt.toISOString() }),
  }
}
