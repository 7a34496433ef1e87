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
import { chores, startTurns } from './turns.js'

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
    running?.nudgeAll()
    return result
  }
  jobs.onLetGo(() => running?.nudgeTasks())
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
        running?.nudgeStudies()
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

/** Each step of a study has turns of its own, so that none waits for the statements of another. */
interface Running {
  /** A film came. */
  nudgeStudies(): void
  /** A study was completed, or a job ended. */
  nudgeTasks(): void
  nudgeAll(): void
  close(): Promise<void>
}

function startRunning(options: IntakeOptions, spool: string): Running {
  const { state, rules, settings, log, meter, clock } = options
  const { database, intake: blobs } = state
  const destinations = new Map(options.destinations.map((destination) => [destination.name, destination]))
  const onError = (error: unknown): void => log.debug({ err: error }, 'work on films was put off')
  const { quietMs } = settings
  const queue = createTaskQueue({ ...options, ...settings, spool, destinations, onEnd: () => sending.nudge() })
  const deliveries = createDeliveries({ ...options, spool, destinations, onEnd: () => sending.nudge() })
  const housekeeping = chores(clock, [
    { everyMs: CLEAR_MS, do: () => clearStudies({ database, blobs, spool }, settings) },
    { everyMs: COUNT_MS, do: () => countIntake(database, meter) },
    { everyMs: SWEEP_MS, do: () => sweepIntake(database, blobs) },
  ])
  const complete = () => completeStudies({ database, spool, quietMs, rules, onComplete: () => tasks.nudge() })
  const work = async (): Promise<undefined> => {
    await queue.turn()
  }
  const send = async (): Promise<undefined> => {
    await deliveries.turn()
    await finishStudies(database, spool)
  }
  const sending = startTurns({ everyMs: WORK_MS, work: send, onError })
  const tasks = startTurns({ everyMs: WORK_MS, work, onError })
  const studies = startTurns({ everyMs: WORK_MS, work: complete, onError })
  const caring = startTurns({ everyMs: CLEAR_MS, work: housekeeping, onError })
  return {
    nudgeStudies: () => studies.nudge(),
    nudgeTasks: () => tasks.nudge(),
    nudgeAll() {
      for (const turns of [studies, tasks, sending]) turns.nudge()
    },
    async close() {
      await Promise.all([studies, tasks, sending, caring].map((each) => each.close()))
      await deliveries.close()
    },
  }
}
