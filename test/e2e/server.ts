import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request, type IncomingHttpHeaders } from 'node:http'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { lanesOf, processFigures } from '../load/processes.js'
import { freePort } from '../load/server-process.js'
import { program } from '../program.js'
import { temporaryFolder } from '../folder.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const READY_WITHIN_MS = 120_000
export const FILM = readFileSync(new URL('../fixtures/imaging/films/nih_00001362_001.jpg', import.meta.url))

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly body?: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  /** The client leaves when it aborts. */
  readonly signal?: AbortSignal
}

/** The program itself in a process of its own, over real sockets. */
export interface Server {
  readonly port: number
  readonly pid: number
  /** Rejects when the connection breaks before the answer is whole. */
  ask(path: string, ask?: Ask): Promise<Answer>
  /** A film's vector by this model. */
  embed(model: string, signal?: AbortSignal): Promise<Answer>
  lanePids(): number[]
  /** SIGSTOP: whatever is run from now on takes as long as the test likes, but no longer than the engine does. */
  pauseLanes(): void
  resumeLanes(): void
  kill(signal: NodeJS.Signals): void
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
  log(): string
}

/** Comes back when the server is ready. It is killed after the test, if it is still there. */
export async function startServer(
  t: TestContext,
  store: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const port = await freePort()
  const dataDir = temporaryFolder('data')
  const child = spawn(process.execPath, program('main'), {
    cwd: ROOT,
    env: {
      ...process.env,
      MODEL_STORE: store,
      DEFAULT_MODELS: 'good',
      PORT: String(port),
      DATA_DIR: dataDir,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log += text))
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const lanePids = (): number[] => lanesOf(child.pid!).map(({ pid }) => pid)
  const server: Server = {
    port,
    pid: child.pid!,
    ask: (path, ask = {}) => send(port, path, ask),
    embed: (model, signal) =>
      send(port, `/v1/embeddings?model=${model}`, {
        body: FILM,
        headers: { 'content-type': 'image/jpeg' },
        ...(signal && { signal }),
      }),
    lanePids,
    pauseLanes: () => lanePids().forEach((pid) => process.kill(pid, 'SIGSTOP')),
    resumeLanes: () => lanePids().forEach((pid) => process.kill(pid, 'SIGCONT')),
    kill: (signal) => child.kill(signal),
    ended,
    log: () => log,
  }
  await until('the server is ready', READY_WITHIN_MS, async () => {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${log}`)
    const { status } = await server.ask('/health/ready').catch(() => ({ status: 0 }))
    return status === 200
  }).catch((error: unknown) => {
    throw new Error(`The server is not ready:\n${log.slice(-4000)}`, { cause: error })
  })
  return server
}

function send(port: number, path: string, { method, body, headers, signal }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      ...{ host: '127.0.0.1', port, path, agent: false },
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...headers, 'content-length': body?.length ?? 0 },
      ...(signal && { signal }),
    }
    const call = request(options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
    })
    call.on('error', reject)
    call.end(body)
  })
}

/** On a machine that does something else too; it costs time only where the test fails. */
const LEAST_WAIT_MS = 60_000

/** Asks again and again, for what no event tells of; throws when the time, or `LEAST_WAIT_MS`, is over. */
export async function until(what: string, withinMs: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + Math.max(withinMs, LEAST_WAIT_MS)
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(`It did not come to this within ${withinMs} ms: ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export function isAlive(pid: number): boolean {
  return processFigures(pid) !== undefined
}

/** The sum of a metric over its series that hold every one of `labels`, such as `status="499"`. */
export async function metric(server: Server, name: string, ...labels: readonly string[]): Promise<number> {
  const { body } = await server.ask('/metrics')
  return body
    .split('\n')
    .filter((line) => line.startsWith(name) && labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}
