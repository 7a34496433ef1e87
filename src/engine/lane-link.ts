import { fork, type ChildProcess } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { envelopeToError } from '../errors.js'
import { createFeedSender } from './kept-feeds.js'
import type { LaneReplies, LaneReply, LaneRequest, LaneSettings, Numbered, SentRequest } from './protocol.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** Why a call got no answer: its lane is gone. Internal to the engine; callers are told `lane_failed`. */
export class LaneDied extends Error {
  /** Whether the lane was at this very call when it died; calls behind it are innocent. */
  readonly wasRunning: boolean

  constructor(reason: string, wasRunning: boolean) {
    super(reason)
    this.name = 'LaneDied'
    this.wasRunning = wasRunning
  }
}

/** One child process and the calls that it has not answered yet. */
export interface LaneLink {
  readonly pid: number | undefined
  /** Calls can be sent. False from the moment the channel closes, which is milliseconds before the process is gone. */
  readonly isOpen: boolean
  /** Calls without an answer, pings too. */
  readonly outstanding: number
  /**
   * Rejects with the lane's `AppError`, or with `LaneDied` when the process goes before it answers. A call that has been
   * at the head for longer than `limitMs` gets the process killed: a native call cannot be ended in another way.
   */
  call<Kind extends LaneRequest['kind']>(
    request: Extract<LaneRequest, { kind: Kind }>,
    limitMs: number,
  ): Promise<LaneReplies[Kind]>
  /** Lets the process finish its run, release its sessions and end with status 0. */
  end(): void
  kill(reason: string): void
  /** Resolves with why the process ended. */
  readonly exited: Promise<string>
}

interface Call {
  readonly limitMs: number
  resolve(reply: LaneReply): void
  reject(error: Error): void
}

export interface LaneLinkOptions {
  readonly settings: LaneSettings
  readonly environment: Environment | undefined
  onStderr(line: string): void
}

const extension = extname(import.meta.url)

/**
 * MiB of V8's young generation. A lane makes little else than tensors, which die at once: with the default it keeps about
 * 50 MiB of dead ones (`test/load/lane-memory.ts`: 195 against 144 MiB after 50,000 runs, at the same speed).
 */
const LANE_HEAP = ['--max-semi-space-size=1']

/** Of constants that a lane keeps beside its sessions: what the texts of a few large diffusions or the films of some reports need. */
const KEPT_FEEDS_BYTES = 64 << 20

/** Starts a lane process; it answers its first ping once its device works. */
export function openLaneLink({ settings, environment, onStderr }: LaneLinkOptions): LaneLink {
  const child = fork(
    fileURLToPath(new URL(`./lane.process${extension}`, import.meta.url)),
    [JSON.stringify(settings)],
    {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [...LANE_HEAP, ...(extension === '.ts' ? loaderArguments() : [])],
      ...(environment !== undefined && { env: { ...environment } }),
    },
  )
  readLines(child, onStderr)
  const calls = new Map<number, Call>()
  const feedSender = createFeedSender(KEPT_FEEDS_BYTES)
  let lastId = 0
  let isEnding = false
  let killReason: string | undefined
  let watchdog: NodeJS.Timeout | undefined

  const crossing = (request: LaneRequest): SentRequest =>
    request.kind === 'run' ? { ...request, ...feedSender.send(request.feeds) } : request
  const kill = (reason: string): void => {
    killReason ??= reason
    child.kill('SIGKILL')
  }
  /** The lane works in order, so the oldest call is the one it is at. */
  const watchHead = (): void => {
    clearTimeout(watchdog)
    const [head] = calls.values()
    if (head === undefined) return
    watchdog = setTimeout(() => kill(`it did not answer within ${Math.round(head.limitMs)} ms`), head.limitMs)
  }
  const settle = (id: number): Call | undefined => {
    const call = calls.get(id)
    calls.delete(id)
    watchHead()
    return call
  }
  child.on('message', ({ id, message }: Numbered<LaneReply>) => {
    const call = settle(id)
    if (message.kind === 'failed') call?.reject(envelopeToError(message.error))
    else call?.resolve(message)
  })
  // A process without a channel is of no use; normally it is dead already and only its exit has not been seen yet.
  child.on('disconnect', () => {
    if (!isEnding) kill('its channel closed')
  })
  const exited = whenExited(child, () => killReason)
  void exited.then((reason) => {
    clearTimeout(watchdog)
    const waiting = [...calls.values()]
    calls.clear()
    waiting.forEach((call, position) => call.reject(new LaneDied(reason, position === 0)))
  })

  return {
    pid: child.pid,
    get isOpen() {
      return child.connected
    },
    get outstanding() {
      return calls.size
    },
    exited,
    kill,
    end() {
      isEnding = true
      if (child.connected) child.disconnect()
    },
    call<Kind extends LaneRequest['kind']>(message: Extract<LaneRequest, { kind: Kind }>, limitMs: number) {
      return new Promise<LaneReplies[Kind]>((resolve, reject) => {
        if (!child.connected) {
          reject(new LaneDied('its channel is closed', false))
          return
        }
        const id = ++lastId
        // The lane answers every request with the reply of its kind; see `LaneReplies`.
        calls.set(id, { limitMs, resolve: (reply) => resolve(reply as LaneReplies[Kind]), reject })
        if (calls.size === 1) watchHead()
        // A failed send means a dying process; its exit settles the call.
        const sent = crossing(message)
        child.send({ id, message: sent } satisfies Numbered<SentRequest>, () => undefined)
      })
    },
  }
}

function whenExited(child: ChildProcess, killReason: () => string | undefined): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`it could not be started: ${error.message}`))
    child.on('exit', (status, signal) =>
      resolve(killReason() ?? (signal === null ? `it ended with status ${status}` : `it got ${signal}`)),
    )
  })
}

function readLines(child: ChildProcess, onLine: (line: string) => void): void {
  let rest = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = (lines.pop() ?? '').slice(-4096)
    for (const line of lines) if (line.trim() !== '') onLine(line)
  })
}

/** The options that load a TypeScript loader; a test runner's or an inspector's own must not reach the lane. */
function loaderArguments(): string[] {
  const taken: string[] = []
  const given = process.execArgv
  for (let at = 0; at < given.length; at++) {
    const option = given[at]!
    if (/^--(import|require|loader)=/.test(option)) taken.push(option)
    else if (/^(--import|--require|-r|--loader)$/.test(option)) taken.push(option, given[++at]!)
  }
  return taken
}
