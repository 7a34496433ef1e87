import type { Endings } from './endings.js'
import type { Claim, Leases } from './lease.js'
import type { Attempt } from './run.js'

const CRASH_DELAY_MS = 1_000

export type Outcome = 'completed' | 'failed' | 'cancelled' | 'busy' | 'crashed' | 'put_back' | 'lost'

export interface SettleOptions {
  readonly endings: Endings
  readonly leases: Leases
  /** Crashes that the job has had before, and after how many it is given up. */
  readonly crashes: number
  readonly maxCrashes: number
}

/** Writes down how an attempt came out: `lost` when somebody else has the job by now, and nothing was changed. */
export async function settleAttempt(claim: Claim, attempt: Attempt, options: SettleOptions): Promise<Outcome> {
  const { endings, leases } = options
  const ifOurs = async (change: Promise<boolean>, outcome: Outcome): Promise<Outcome> =>
    (await change) ? outcome : 'lost'
  switch (attempt.outcome) {
    case 'answered': {
      const outcome = attempt.answer.error === undefined ? 'completed' : 'failed'
      return ifOurs(endings.answer(claim, attempt.answer, attempt.body), outcome)
    }
    case 'failed':
      return ifOurs(endings.fail(claim, attempt.error), 'failed')
    case 'busy':
      return ifOurs(leases.putBack(claim, attempt.delayMs), 'busy')
    case 'crashed':
      if (options.crashes + 1 >= options.maxCrashes) return ifOurs(endings.fail(claim, attempt.error), 'failed')
      return ifOurs(leases.putBack(claim, CRASH_DELAY_MS, true), 'crashed')
    case 'stopped':
      if (attempt.reason === 'cancelled') return ifOurs(endings.stop(claim), 'cancelled')
      return ifOurs(leases.putBack(claim, 0), 'put_back')
  }
}
