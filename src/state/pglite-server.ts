import { fork, type ChildProcess } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Log } from '../ports.js'
import { MADE_STATUS, serverPlaces, type PgliteMessage } from './pglite-places.js'

const BACKOFF_MS = 100
const LONGEST_BACKOFF_MS = 5_000
/** Checkpoint and all; what is not written by then is in the write-ahead log. */
const END_LIMIT_MS = 5_000

/** The embedded database in a process of its own, which is started again whenever it dies. */
export interface PgliteServer {
  /** Folder of the Unix socket that it listens on. */
  readonly socketFolder: string
  readonly pid: number | undefined
  /** Resolves when it first listens. It goes on being tried until then: the reason of each failure is logged. */
  start(): Promise<void>
  close(): Promise<void>
}

const extension = extname(import.meta.url)

export function createPgliteServer(dataDir: string, log: Log): PgliteServer {
  const places = serverPlaces(dataDir)
  let child: ChildProcess | undefined
  let isClosing = false
  let failures = 0
  let restart: NodeJS.Timeout | undefined
  let started: Promise<void> | undefined
  let onReady: () => void = () => undefined
  let onEnded: () => void = () => undefined

  const begin = (): void => {
    const opened = forkServer(dataDir)
    let reason: string | undefined
    child = opened
    opened.on('message', (message: PgliteMessage) => {
      if (message.kind === 'failed') reason = message.reason
      else {
        failures = 0
        log.info({ pid: opened.pid }, 'the embedded database is up')
        onReady()
      }
    })
    const onGone = (status: number | string | null): void => {
      child = undefined
      onEnded()
      if (isClosing) return
      if (status === MADE_STATUS) begin()
      else again(reason ?? `it ended with ${status}`)
    }
    opened.once('error', (error) => onGone(error.message))
    opened.once('exit', (status, signal) => onGone(signal ?? status))
  }
  const again = (reason: string): void => {
    const waitMs = Math.min(LONGEST_BACKOFF_MS, BACKOFF_MS * 2 ** failures++)
    log.error({ reason, waitMs }, 'the embedded database ended and is started again')
    restart = setTimeout(begin, waitMs)
  }
  const startOnce = async (): Promise<void> => {
    await mkdir(dirname(places.cluster), { recursive: true, mode: 0o700 })
    await mkdir(places.socketFolder, { recursive: true, mode: 0o700 })
    if (isClosing) return
    const ready = new Promise<void>((resolve) => (onReady = resolve))
    begin()
    await ready
  }
  return {
    socketFolder: places.socketFolder,
    get pid() {
      return child?.pid
    },
    start: () => (started ??= startOnce()),
    async close() {
      isClosing = true
      clearTimeout(restart)
      // Nobody is left waiting for what will not come.
      onReady()
      if (child === undefined) return
      const ended = new Promise<void>((resolve) => (onEnded = resolve))
      if (child.connected) child.disconnect()
      const impatience = setTimeout(() => child?.kill('SIGKILL'), END_LIMIT_MS)
      await ended
      clearTimeout(impatience)
    },
  }
}

function forkServer(dataDir: string): ChildProcess {
  const file = fileURLToPath(new URL(`./pglite.process${extension}`, import.meta.url))
  return fork(file, [dataDir], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: extension === '.ts' ? ['--import', 'tsx'] : [],
  })
}
