import type { Jobs } from '../jobs/jobs.js'
import type { AuditTrail, Clock, Log, Meter } from '../ports.js'
import type { State } from '../state/state.js'
import { errorToEnvelope } from '../errors.js'
import { createChanging, type Changing } from './changing.js'
import { completeStudies } from './completion.js'
import { createDeliveries } from './deliveries.js'
import type { Destination } from './destination.js'
import { createReading, type Reading } from './reading.js'
import { receiveFilm, type GivenFilm, type Received } from './receiving.js'
import { clearStudies, countIntake, finishStudies, sweepIntake } from './retention.js'
import type { IntakeSettings, Rule } from './settings.js'
import { createTaskQueue } from './task-queue.js'
import { chores, startTurns, type Turns } from './turns.js'

export interface IntakeOptions {
  readonly state: State
  readonly jobs: Jobs
  readonly rules: readonly Rule[]
  readonly destinations: readonly Destination[]
  readonly settings: IntakeSettings
  /** Time after which another process takes over what this one went silent with. */
  readonly leaseMs: number
  readonly log: Log
  readonly meter: Meter
  readonly audit: AuditTrail
  readonly clock: Clock
}

/** Films that come in, what the rules say is done about them, and where its results go. */
export interface Intake extends Reading, Changing {
  /** See `receiveFilm`. */
  receive(film: GivenFilm): Promise<Received>
  /** From now on studies are completed, tasks done and results delivered; what was left over from before, too. */
  start(): void
  /** Stops; what is under way stays to be done. */
  close(): Promise<void>
}

const WORK_MS = 1_000
const CLEAR_MS = 5_000
const COUNT_MS = 5_000
const SWEEP_MS = 300_000

export function createIntake(options: IntakeOptions): Intake {
  const { state, jobs, rules, settings, log, meter, audit } = options
  const reading = createReading(state)
  const changing = createChanging(state.database, reading)
  let isClosing = false
  let running: Running | undefined
  let opening: Promise<void> | undefined

  const open = async (): Promise<void> => {
    await state.open()
    const spool = await state.spool()
    if (!isClosing && state.isOpen) running = startRunning(options, spool)
  }
  const nudged = async <Result>(change: Promise<Result>): Promise<Result> => {
    const result = await change
    running?.nudge()
    return result
  }
  jobs.onChange(() => running?.nudge())
  return {
    ...reading,
    async receive(film) {
      audit.admit()
      const { source, sender } = film
      const told = (outcome: string): void => {
        meter.count('radserve_intake_films_total', { source, outcome })
        audit.record({ event: 'film', source, outcome, ...sender })
      }
      try {
        const received = await receiveFilm(film, { state, rules, settings })
        told(received.outcome)
        running?.nudge()
        return received
      } catch (error) {
        told(errorToEnvelope(error).code)
        throw error
      }
    },
    replay: (id) => nudged(changing.replay(id)),
    drop: (id) => nudged(changing.drop(id)),
    retry: (id) => nudged(changing.retry(id)),
    start() {
      opening ??= open().catch((error: unknown) => log.error({ err: error }, 'films that come in cannot be worked on'))
    },
    async close() {
      isClosing = true
      // The database may be away; what waits for it ends when the state is closed, and then begins nothing.
      await running?.close()
    },
  }
}

interface Running {
  nudge(): void
  close(): Promise<void>
}

function startRunning(options: IntakeOptions, spool: string): Running {
  const { state, rules, settings, log, meter, clock } = options
  const { database, intake: blobs } = state
  const destinations = new Map(options.destinations.map((destination) => [destination.name, destination]))
  const queue = createTaskQueue({ ...options, ...settings, spool, destinations })
  const deliveries = createDeliveries({ ...options, spool, destinations, onEnd: () => nudge() })
  const onError = (error: unknown): void => log.debug({ err: error }, 'work on films was put off')
  const { quietMs } = settings
  const housekeeping = chores(clock, [
    { everyMs: CLEAR_MS, do: () => clearStudies({ database, blobs, spool }, settings) },
    { everyMs: COUNT_MS, do: () => countIntake(database, meter) },
    { everyMs: SWEEP_MS, do: () => sweepIntake(database, blobs) },
  ])
  const work = async (): Promise<number | undefined> => {
    const nextMs = await completeStudies({ database, spool, quietMs, rules })
    await queue.turn()
    await deliveries.turn()
    await finishStudies(database, spool)
    return nextMs
  }
  const turns: Turns[] = [
    startTurns({ everyMs: WORK_MS, work, onError }),
    startTurns({ everyMs: CLEAR_MS, work: housekeeping, onError }),
  ]
  const nudge = (): void => turns[0]?.nudge()
  return {
    nudge,
    async close() {
      await Promise.all(turns.map((each) => each.close()))
      await deliveries.close()
    },
  }
}
