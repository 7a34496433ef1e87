import { loadProcessConfig } from './config.js'
import { AppError } from './errors.js'
import { serve } from './serve.js'

/** The program without arguments: `serve` by the environment. Resolves with the exit code. */
export async function start(): Promise<number> {
  try {
    return await serve(loadProcessConfig())
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    process.stderr.write(`${error.message}\n`)
    return 1
  }
}
