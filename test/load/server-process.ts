import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export interface LoopDelay {
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly count: number
  /** By V8 on the main thread: how often the whole heap, and how long all of it took. */
  readonly collected: { readonly full: number; readonly ms: number }
}

/** A server that is measured, in a process of its own. */
export interface ServerProcess {
  readonly name: string
  readonly pid: number
  readonly port: number
  /** Delays of its event loop, in ms, since this was last asked. */
  loopDelay(): Promise<LoopDelay>
  /** SIGTERM; gives the exit code, or the signal that ended it. */
  stop(): Promise<number | NodeJS.Signals>
}

export interface ServerOptions {
  readonly name: string
  /** Arguments of node: the script and what comes after it. */
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly readyPath: string
  readonly logFile: string
  readonly readyWithinMs?: number
}

const PRELOAD = fileURLToPath(new URL('./loop-delay.mjs', import.meta.url))

/** Comes back when the server answers `readyPath` with 200. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const port = await freePort()
  const log = openSync(options.logFile, 'a')
  const child = spawn(process.execPath, ['--import', PRELOAD, ...options.args], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), ...options.environment },
    stdio: ['ignore', log, log, 'pipe'],
  })
  const lines = createInterface({ input: child.stdio[3] as Readable })
  await untilReady(child, `http://127.0.0.1:${port}${options.readyPath}`, options)
  return {
    name: options.name,
    pid: child.pid!,
    port,
    async loopDelay() {
      child.kill('SIGUSR2')
      const [line] = (await once(lines, 'line')) as [string]
      return JSON.parse(line) as LoopDelay
    },
    async stop() {
      if (child.exitCode !== null) return child.exitCode
      child.kill('SIGTERM')
      const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
      return code ?? signal!
    },
  }
}

async function untilReady(child: ChildProcess, url: string, options: ServerOptions): Promise<void> {
  const deadlineMs = performance.now() + (options.readyWithinMs ?? 60_000)
  while (performance.now() < deadlineMs) {
    if (child.exitCode !== null)
      throw new Error(`${options.name} ended with ${child.exitCode}; see ${options.logFile}.`)
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    )
    if (status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill('SIGKILL')
  throw new Error(`${options.name} was not ready in time; see ${options.logFile}.`)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port was given.')
  return address.port
}
