import { readFile } from 'node:fs/promises'
import { createClient, type Client } from '../../client/client.js'
import { commandEnvironment } from '../../config.js'
import { AppError } from '../../errors.js'
import { EXIT } from '../exit-codes.js'
import { bench } from './bench.js'
import { classify } from './classify.js'
import { embed } from './embed.js'
import { generate } from './generate.js'
import type { AskOptions } from './options.js'
import { createOutput, type Output } from './output.js'
import { report } from './report.js'
import { segment } from './segment.js'

/** What a command that asks a model works with. */
export interface Ask {
  readonly client: Client
  readonly options: AskOptions
  /** Films, or a prompt. */
  readonly subjects: readonly string[]
  readonly output: Output
  readonly signal: AbortSignal
}

interface Task {
  /** Of manifests; the first is what the command is about. */
  readonly tasks: (options: AskOptions) => readonly string[]
  /** Gives the exit code. */
  run(ask: Ask): Promise<number>
}

const only =
  (...tasks: string[]) =>
  () =>
    tasks

const TASKS: Readonly<Record<string, Task>> = {
  classify: { tasks: only('classifications'), run: classify },
  embed: { tasks: only('embeddings'), run: embed },
  segment: { tasks: only('segmentations'), run: segment },
  generate: { tasks: ({ film }) => [film === undefined ? 'generations' : 'edits'], run: generate },
  // Where a classifier is there, a report says where the two disagree.
  report: { tasks: only('reports', 'classifications'), run: report },
  bench: { tasks: ({ task }) => TASKS[task ?? '']?.tasks({ concurrency: 1 }) ?? [], run: bench },
}

/** `radserve classify | embed | segment | generate | report | bench`: at a running service, or in this process. */
export async function runAsk(task: string, subjects: readonly string[], options: AskOptions): Promise<number> {
  const stopping = new AbortController()
  const onInterrupt = (): void => {
    if (stopping.signal.aborted) process.exit(EXIT.interrupted)
    stopping.abort(new AppError('cancelled', 'Interrupted.'))
  }
  process.on('SIGINT', onInterrupt)
  try {
    const { run, tasks } = TASKS[task]!
    const { client, close } = await openTarget(options, tasks(options))
    try {
      stopping.signal.throwIfAborted()
      return await run({ client, options, subjects, output: createOutput(options), signal: stopping.signal })
    } finally {
      await close()
    }
  } catch (error) {
    if (stopping.signal.aborted) return EXIT.interrupted
    throw error
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}

async function openTarget(
  options: AskOptions,
  tasks: readonly string[],
): Promise<{ client: Client; close(): Promise<void> }> {
  const environment = commandEnvironment()
  const timeout = options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 }
  const baseUrl = options.server ?? environment.url
  if (baseUrl !== undefined) {
    if (!URL.canParse(baseUrl)) throw new AppError('invalid_option', '--server must be the address of a service.')
    const apiKey = await keyOf(options, environment.key)
    return { client: createClient({ baseUrl, ...timeout, ...(apiKey && { apiKey }) }), close: async () => {} }
  }
  const { startOwnService } = await import('./in-process.js')
  const model = options.model === undefined ? {} : { model: options.model }
  const own = await startOwnService({ ...model, tasks, isVerbose: process.argv.includes('--verbose') })
  return { client: createClient({ baseUrl: own.url, ...timeout }), close: own.close }
}

async function keyOf({ keyFile }: AskOptions, key: string | undefined): Promise<string | undefined> {
  if (keyFile === undefined) return key
  const text = await readFile(keyFile, 'utf8').catch((cause: unknown) => {
    throw new AppError('invalid_option', `${keyFile} cannot be read.`, { cause })
  })
  return text.trim()
}
