import { AppError } from '../errors.js'
import type { State } from '../state/state.js'

export const STUDY_STATES = ['receiving', 'complete', 'working', 'done', 'failed'] as const
export type StudyState = (typeof STUDY_STATES)[number]
export const DELIVERY_STATES = ['waiting', 'delivered', 'dead', 'dropped'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

export interface Study {
  readonly id: string
  readonly state: StudyState
  readonly revision: number
  readonly films: number
  readonly createdAt: Date
  readonly completedAt?: Date
  readonly endedAt?: Date
  /** Films and results were given up. */
  readonly isCleared: boolean
}

export interface StudyTask {
  readonly id: string
  readonly rule: string
  readonly name: string
  readonly isShadow: boolean
  readonly films: number
  readonly state: 'waiting' | 'running' | 'done' | 'unfit' | 'failed'
  readonly jobId?: string
  readonly code?: string
  readonly reason?: string
  readonly result?: { readonly mediaType: string; readonly bytes: number }
}

export interface Delivery {
  readonly id: string
  readonly studyId: string
  readonly taskId: string
  readonly destination: string
  readonly state: DeliveryState
  readonly attempts: number
  readonly code?: string
  readonly bytes: number
  readonly createdAt: Date
  readonly nextAt?: Date
  readonly endedAt?: Date
}

export interface Page<State extends string> {
  readonly state?: State
  readonly limit: number
  /** Id of the last one of the page before. */
  readonly after?: string
}

/** What can be seen of films, tasks and deliveries: no UID and no word of a film. */
export interface Reading {
  /** The newest first. */
  studies(page: Page<StudyState>): Promise<Study[]>
  /** Throws `study_not_found`. */
  study(id: string): Promise<{ study: Study; tasks: StudyTask[]; deliveries: Delivery[] }>
  /** Throws `study_not_found`, `result_not_kept`. */
  result(studyId: string, taskId: string): Promise<{ mediaType: string; bytes: Buffer }>
  deliveries(page: Page<DeliveryState>): Promise<Delivery[]>
  /** Throws `delivery_not_found`. */
  delivery(id: string): Promise<Delivery>
}

export function createReading({ database, intake: blobs }: State): Reading {
  const studyOf = async (id: string): Promise<Study> => {
    const [row] = await database.query<StudyRow>(`${STUDIES} where s.id = $1`, [id])
    if (row === undefined) throw new AppError('study_not_found', 'There is no study of this id.')
    return toStudy(row)
  }
  return {
    async studies({ state, limit, after }) {
      const rows = await database.query<StudyRow>(STUDY_PAGE, [state ?? null, after ?? null, limit])
      return rows.map(toStudy)
    },
    async study(id) {
      const study = await studyOf(id)
      const tasks = await database.query<TaskRow>(TASKS, [id])
      const deliveries = await database.query<DeliveryRow>(`${DELIVERIES} where study_id = $1 order by number`, [id])
      return { study, tasks: tasks.map(toTask), deliveries: deliveries.map(toDelivery) }
    },
    async result(studyId, taskId) {
      await studyOf(studyId)
      const [row] = await database.query<TaskRow>(`${TASKS_OF} and id = $2`, [studyId, taskId])
      if (row === undefined) throw new AppError('study_not_found', 'The study has no task of this id.')
      const bytes = row.result_digest === null ? undefined : await blobs.get(row.result_digest)
      if (bytes === undefined || row.result_type === null)
        throw new AppError('result_not_kept', 'There is no result of this task, or none any more.')
      return { mediaType: row.result_type, bytes }
    },
    async deliveries({ state, limit, after }) {
      const rows = await database.query<DeliveryRow>(DELIVERY_PAGE, [state ?? null, after ?? null, limit])
      return rows.map(toDelivery)
    },
    async delivery(id) {
      const [row] = await database.query<DeliveryRow>(`${DELIVERIES} where id = $1`, [id])
      if (row === undefined) throw new AppError('delivery_not_found', 'There is no delivery of this id.')
      return toDelivery(row)
    },
  }
}

interface StudyRow {
  readonly id: string
  readonly state: StudyState
  readonly revision: number
  readonly films: string
  readonly created_at: Date
  readonly completed_at: Date | null
  readonly ended_at: Date | null
  readonly cleared_at: Date | null
}

interface TaskRow {
  readonly id: string
  readonly rule: string
  readonly name: string
  readonly is_shadow: boolean
  readonly film_count: number
  readonly state: StudyTask['state']
  readonly job_id: string | null
  readonly code: string | null
  readonly reason: string | null
  readonly result_digest: string | null
  readonly result_type: string | null
  readonly result_bytes: string
}

interface DeliveryRow {
  readonly id: string
  readonly study_id: string
  readonly task_id: string
  readonly destination: string
  readonly state: DeliveryState
  readonly attempts: number
  readonly code: string | null
  readonly object_bytes: string
  readonly created_at: Date
  readonly next_at: Date
  readonly ended_at: Date | null
}

function toStudy({ id, state, revision, films, ...row }: StudyRow): Study {
  return {
    ...{ id, state, revision, films: Number(films), createdAt: row.created_at, isCleared: row.cleared_at !== null },
    ...(row.completed_at !== null && { completedAt: row.completed_at }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
  }
}

function toTask({ id, rule, name, state, ...row }: TaskRow): StudyTask {
  const { result_digest: digest, result_type: mediaType, result_bytes: bytes } = row
  return {
    ...{ id, rule, name, state, isShadow: row.is_shadow, films: row.film_count },
    ...(row.job_id !== null && { jobId: row.job_id }),
    ...(row.code !== null && { code: row.code }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(digest !== null && mediaType !== null && { result: { mediaType, bytes: Number(bytes) } }),
  }
}

function toDelivery({ id, destination, state, attempts, ...row }: DeliveryRow): Delivery {
  return {
    ...{ id, studyId: row.study_id, taskId: row.task_id, destination, state, attempts },
    ...{ bytes: Number(row.object_bytes), createdAt: row.created_at },
    ...(row.code !== null && { code: row.code }),
    ...(state === 'waiting' && { nextAt: row.next_at }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
  }
}

const STUDIES = `select s.*, (select count(*) from radserve.intake_films f where f.study_id = s.id) as films
  from radserve.intake_studies s`

const STUDY_PAGE = `${STUDIES} where ($1::text is null or s.state = $1)
    and ($2::uuid is null or s.number < (select number from radserve.intake_studies where id = $2))
  order by s.number desc limit $3`

const TASKS_OF = `select *, cardinality(films) as film_count from radserve.intake_tasks where study_id = $1`
const TASKS = `${TASKS_OF} order by number`

const DELIVERIES = 'select * from radserve.intake_deliveries'

const DELIVERY_PAGE = `${DELIVERIES} where ($1::text is null or state = $1)
    and ($2::uuid is null or number < (select number from radserve.intake_deliveries where id = $2))
  order by number desc limit $3`
