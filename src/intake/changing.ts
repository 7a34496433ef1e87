import { AppError } from '../errors.js'
import type { Database } from '../state/database.js'
import type { Reading, Delivery, Study } from './reading.js'

/** What an administrator does about what has failed. */
export interface Changing {
  /** A dead letter is sent again, from the first attempt on. Throws `delivery_not_found`, `intake_conflict`. */
  replay(deliveryId: string): Promise<Delivery>
  /** It is never sent. Throws `delivery_not_found`, `intake_conflict`. */
  drop(deliveryId: string): Promise<Delivery>
  /** The failed tasks of a study are done again. Throws `study_not_found`, `intake_conflict`. */
  retry(studyId: string): Promise<Study>
}

export function createChanging(database: Database, reading: Reading): Changing {
  return {
    async replay(id) {
      const changed = await database.query(REPLAY, [id])
      const delivery = await reading.delivery(id)
      if (changed.length > 0) return delivery
      throw new AppError(
        'intake_conflict',
        delivery.state === 'dead'
          ? 'What was to be sent is not kept any more.'
          : `The delivery is ${delivery.state}; only a dead letter can be sent again.`,
      )
    },
    async drop(id) {
      const changed = await database.query(DROP, [id])
      const delivery = await reading.delivery(id)
      if (changed.length > 0) return delivery
      throw new AppError('intake_conflict', `The delivery is ${delivery.state} already.`)
    },
    async retry(id) {
      const changed = await database.query(RETRY, [id])
      const { study } = await reading.study(id)
      if (changed.length > 0) return study
      throw new AppError(
        'intake_conflict',
        study.isCleared ? 'The films of the study are not kept any more.' : 'No task of the study has failed.',
      )
    },
  }
}

/** The study is at work again until this has ended. */
const reopened = (change: string): string => `with changed as (${change} returning id, study_id),
  reopened as (
    update radserve.intake_studies set state = 'working', ended_at = null
    where id in (select study_id from changed) and state in ('done', 'failed')
  )
  select id from changed`

const REPLAY = reopened(`update radserve.intake_deliveries
  set state = 'waiting', attempts = 0, since = now(), next_at = now(), leased_until = null, ended_at = null
  where id = $1 and state = 'dead' and object_digest is not null`)

const DROP = reopened(`update radserve.intake_deliveries set state = 'dropped', leased_until = null, ended_at = now()
  where id = $1 and state in ('waiting', 'dead')`)

const RETRY = reopened(`update radserve.intake_tasks
  set state = 'waiting', attempt = attempt + 1, job_id = null, next_at = now(), ended_at = null, code = null, reason = null
  where study_id = $1 and state = 'failed'
    and exists (select from radserve.intake_studies s where s.id = $1 and s.cleared_at is null)`)
