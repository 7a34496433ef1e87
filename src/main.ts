import { serve } from './serve.js'
import { loadProcessConfig } from './config.js'
import { AppError } from './errors.js'

try {
  process.exitCode = await serve(loadProcessConfig())
} catch (error) {
  if (!(error instanceof AppError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
