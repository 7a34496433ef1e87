import { AppError } from '../errors.js'
import type { Clock, Log, Meter } from '../ports.js'
import { deviceName, type Device, type DeviceChoice } from './devices.js'
import { LaneDied, openLaneLink, type Environment, type LaneLink } from './lane-link.js'
import type { LanePong, LaneReplies, LaneRequest } from './protocol.js'

export interface LaneTimes {
  /** Between pings of an idle lane. */
  readonly heartbeatMs: number
  /** How long an idle lane may take to answer one, and a new lane its first. */
  readonly pingLimitMs: number
  readonly startLimitMs: number
  /** Wait before the first restart; it doubles with every death that follows before `stableMs` of life. */
  readonly backoffMs: number
  readonly longestBackoffMs: number
  readonly stableMs: number
}

export const LANE_TIMES: LaneTimes = {
  heartbeatMs: 5_000,
  pingLimitMs: 10_000,
  startLimitMs: 60_000,
  backoffMs: 100,
  longestBackoffMs: 10_000,
  stableMs: 10_000,
}

/** Failed starts in a row after which callers are told `lane_failed` instead of being kept waiting. */
const HOPELESS_STARTS = 3

/** One place for a lane process; when the process dies, another takes its place. */
export interface Lane {
  readonly index: number
  readonly isUp: boolean
  /** No process could be started several times in a row; it goes on being tried. */
  readonly isHopeless: boolean
  readonly pid: number | undefined
  /** That the process really uses; `undefined` before the first start. */
  readonly device: Device | undefined
  /** As the process said with its last answer; 0 before the first. */
  readonly residentBytes: number
  readonly restarts: number
  /** Resolves when the first process answers; rejects with `device_unavailable` when it cannot be started. */
  start(): Promise<void>
  /** Rejects with the lane's `AppError` or with `LaneDied`, at once when no process is up. */
  call<Kind extends LaneRequest['kind']>(
    request: Extract<LaneRequest, { kind: Kind }>,
    limitMs: number,
  ): Promise<LaneReplies[Kind]>
  /** Lets the process end by itself for `graceMs`, then kills it; no other takes its place. */
  end(graceMs: number): Promise<void>
}

export interface LaneOptions {
  readonly index: number
  readonly choice: DeviceChoice
  readonly threads: number
  readonly niceness: number
  readonly environment: Environment | undefined
  readonly times: LaneTimes
  readonly log: Log
  readonly meter: Meter
  readonly clock: Clock
  /** A process answers again after a death; its sessions are gone. */
  onUp(): void
  onDown(): void
}

export function createLane(options: LaneOptions): Lane {
  const { index, times, log, meter, clock } = options
  let link: LaneLink | undefined
  let pong: LanePong | undefined
  let residentBytes = 0
  let isUp = false
  let isEnding = false
  let restarts = 0
  let failedStarts = 0
  let deathsInRow = 0
  let upSinceMs = 0
  let lastLine = ''
  let restart: NodeJS.Timeout | undefined

  // A lane counts as down as soon as its channel is closed: work sent between that and the exit would be refused at once,
  // offered again at once, and so on without the loop ever turning to the exit.
  const hasLink = (): boolean => isUp && link?.isOpen === true

  const begin = async (): Promise<void> => {
    const opened = openLaneLink({
      settings: { devices: options.choice.candidates, threads: options.threads, niceness: options.niceness },
      environment: options.environment,
      onStderr(line) {
        lastLine = line
        log.warn({ lane: index, line }, 'a lane wrote to its error stream')
      },
    })
    link = opened
    void opened.exited.then((reason) => onExit(opened, reason))
    try {
      pong = await opened.call({ kind: 'ping' }, times.startLimitMs)
      residentBytes = pong.residentBytes
    } catch (error) {
      failedStarts++
      opened.kill('its device could not be used')
      throw startError(error, lastLine)
    }
    failedStarts = 0
    upSinceMs = clock.nowMs()
    isUp = true
  }
  const onExit = (ended: LaneLink, reason: string): void => {
    if (isEnding || ended !== link) return
    const wasUp = isUp
    isUp = false
    deathsInRow = wasUp && clock.nowMs() - upSinceMs >= times.stableMs ? 1 : deathsInRow + 1
    // A first process that never came up is `start`'s to report.
    if (pong === undefined) return
    const waitMs = Math.min(times.longestBackoffMs, times.backoffMs * 2 ** (deathsInRow - 1))
    log.error({ lane: index, pid: ended.pid, reason, waitMs }, 'a lane died and is restarted')
    restart = setTimeout(() => void again(), waitMs)
    options.onDown()
  }
  const again = async (): Promise<void> => {
    restarts++
    meter.count('radserve_lane_restarts_total', { lane: String(index) })
    try {
      await begin()
      log.info({ lane: index, pid: link?.pid, device: deviceName(pong!.device) }, 'a lane is up again')
      options.onUp()
    } catch (error) {
      // The exit that follows plans the next attempt.
      log.error({ lane: index, reason: (error as Error).message }, 'a lane could not be restarted')
      options.onDown()
    }
  }
  const heartbeat = setInterval(() => {
    // A lane at work cannot answer; its watchdog is the limit of the call that it is at.
    if (!hasLink() || link === undefined || link.outstanding > 0) return
    link.call({ kind: 'ping' }, times.pingLimitMs).then(
      (reply) => {
        pong = reply
        residentBytes = reply.residentBytes
      },
      () => undefined,
    )
  }, times.heartbeatMs)
  heartbeat.unref()

  return {
    index,
    get isUp() {
      return hasLink()
    },
    get isHopeless() {
      return !hasLink() && failedStarts >= HOPELESS_STARTS
    },
    get pid() {
      return hasLink() ? link?.pid : undefined
    },
    get device() {
      return pong?.device
    },
    get residentBytes() {
      return residentBytes
    },
    get restarts() {
      return restarts
    },
    async start() {
      await begin()
      const device = deviceName(pong!.device)
      const refused = pong!.refused.map((entry) => `${deviceName(entry.device)}: ${entry.reason}`)
      log.info({ lane: index, pid: link?.pid, device, refused }, `lane ${index} runs on ${device}`)
    },
    async call(request, limitMs) {
      if (!hasLink() || link === undefined) throw new LaneDied('it is being restarted', false)
      const reply = await link.call(request, limitMs)
      residentBytes = reply.residentBytes
      return reply
    },
    async end(graceMs) {
      isEnding = true
      isUp = false
      clearInterval(heartbeat)
      clearTimeout(restart)
      const last = link
      if (last === undefined) return
      last.end()
      const timer = setTimeout(() => last.kill('it did not end in time'), graceMs)
      await last.exited
      clearTimeout(timer)
    },
  }
}

function startError(error: unknown, lastLine: string): AppError {
  if (error instanceof AppError) return error
  const why = error instanceof Error ? error.message : String(error)
  const said = lastLine === '' ? '' : ` (${lastLine.slice(0, 300)})`
  return new AppError('device_unavailable', `A lane process could not be started: ${why}${said}.`, { cause: error })
}
