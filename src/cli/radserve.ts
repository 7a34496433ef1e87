#!/usr/bin/env node
/** The program. What a command needs is imported when the command is given: `--help` must not wait for a model server. */
import '../stop-signal.js'
import { constants } from 'node:os'
import { CommanderError } from 'commander'
import { AppError } from '../errors.js'
import { forgetSignals } from '../stop-signal.js'
import { EXIT } from './exit-codes.js'
import { createProgram } from './program.js'

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.readerGone)
    throw error
  })
}

try {
  const args = process.argv.slice(2)
  // Every other command ends at a signal as programs do, or listens for itself.
  if (args[0] !== 'serve') {
    // A signal that has come is told when the event loop polls, which it does before the second of two.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
    const early = forgetSignals()
    if (early !== undefined) process.exit(128 + constants.signals[early])
  }
  if (args[0] === '--version' || args[0] === '-V')
    process.stdout.write(`${(await import('../config.js')).SERVICE_VERSION}\n`)
  else await createProgram().parseAsync()
} catch (error) {
  process.exitCode = await exitCodeOf(error)
}

/** Says what went wrong, with a stack only to whoever asked for one. */
async function exitCodeOf(error: unknown): Promise<number> {
  // Commander has said it already; it ends with 1 for what we call a mistake in the command line.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
  const { commandEnvironment } = await import('../config.js')
  const isVerbose = process.argv.includes('--verbose') || commandEnvironment().isVerbose
  if (isVerbose && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  const { ConnectionError, ProblemError } = await import('../client/problem.js')
  if (error instanceof ConnectionError) {
    const hint = error.code === 'unreachable' ? ' Start one with `radserve serve`.' : ''
    process.stderr.write(`${error.message}${hint}\n`)
    return error.code === 'unreachable' ? EXIT.unreachable : EXIT.failed
  }
  if (error instanceof ProblemError) {
    process.stderr.write(`${error.message}${error.requestId === undefined ? '' : ` (request ${error.requestId})`}\n`)
    return EXIT.failed
  }
  if (!(error instanceof AppError)) {
    const what = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${what}\nThis was not foreseen; --verbose says more.\n`)
    return EXIT.failed
  }
  process.stderr.write(`${error.message}\n`)
  for (const field of error.details.fields ?? []) process.stderr.write(`  ${field.pointer} ${field.detail}\n`)
  return EXIT.failed
}
