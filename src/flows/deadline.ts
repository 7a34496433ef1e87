import { AppError } from '../errors.js'
import type { Clock, Demand } from '../ports.js'

/**
 * The demand with a signal that also aborts at its deadline, with `deadline_exceeded` as the reason. `dispose` must be
 * called when the work is done: it lets go of the timer.
 */
export function withDeadline(demand: Demand, clock: Clock): { demand: Demand; dispose: () => void } {
  if (demand.deadlineMs === undefined) return { demand, dispose: () => undefined }
  const deadline = new AbortController()
  const expire = () =>
    deadline.abort(new AppError('deadline_exceeded', 'The deadline passed before the answer was there.'))
  const timer = setTimeout(expire, Math.max(0, demand.deadlineMs - clock.nowMs()))
  const signal = AbortSignal.any([demand.signal, deadline.signal])
  return { demand: { ...demand, signal }, dispose: () => clearTimeout(timer) }
}
