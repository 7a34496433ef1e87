/** SQL expressions, never a caller's words: those are values `$1`, `$2`… */
export interface Change {
  /** A common table expression before it, such as `next as (…)`. */
  readonly first?: string
  readonly set: string
  readonly from?: string
  readonly where: string
  /** The event that tells of it, and its data of the changed row. */
  readonly event: string
  readonly data?: string
}

/** A statement that changes jobs, tells of it and gives the changed rows, all at once or not at all. */
export function changeSql({ first, set, from, where, event, data = `'{}'::jsonb` }: Change): string {
  return `with ${first === undefined ? '' : `${first},`}
    changed as (
      update radserve.jobs j set ${set}, event_count = event_count + 1
      ${from === undefined ? '' : `from ${from}`} where ${where} returning j.*
    ),
    told as (
      insert into radserve.job_events (job_id, number, event, data)
      select id, event_count, '${event}', ${data} from changed
    )
    select * from changed`
}
