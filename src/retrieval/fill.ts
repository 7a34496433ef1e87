import { systemClock } from '../ports.js'
import type { Database } from '../state/database.js'
import { graphTable, itemsTable } from './tables.js'

export interface Filled {
  /** Items that came into the graph by this step. */
  readonly added: number
  /** Items that are not in it yet. */
  readonly left: number
  /** Time of the step itself, without what it waited for others. */
  readonly tookMs: number
}

/**
 * Puts the next `count` items of a generation into its graph, in one change. Whoever writes items waits meanwhile, and so
 * does everybody else on the embedded database, which has one session: so `count` is to be small. `undefined` when somebody
 * else holds the generation, or when it is gone.
 */
export function fillStep(
  database: Database,
  { generation, count }: { readonly generation: number; readonly count: number },
): Promise<Filled | undefined> {
  return database.transaction(async (query) => {
    const [held] = await query<{ filled_to: string; filled: string; items: string }>(
      `select filled_to, filled, items from radserve.index_generations where id = $1 for update skip locked`,
      [generation],
    )
    if (held === undefined) return undefined
    const beganMs = systemClock.nowMs()
    const [step] = await query<{ added: number; last: string | null }>(
      `with added as (
         insert into ${graphTable(generation)} (number, vector)
         select number, vector from ${itemsTable(generation)} where number > $1 order by number limit $2
         returning number
       ) select count(*)::integer as added, max(number) as last from added`,
      [held.filled_to, count],
    )
    const { added, last } = step!
    const left = Number(held.items) - Number(held.filled) - added
    if (last === null) return { added, left, tookMs: 0 }
    await query(`update radserve.index_generations set filled_to = $2, filled = filled + $3 where id = $1`, [
      generation,
      last,
      added,
    ])
    return { added, left, tookMs: systemClock.nowMs() - beganMs }
  })
}
