import { parseArgs } from 'node:util'
import { serve } from '../serve.js'
import { loadProcessConfig } from '../config.js'

/** Serves until a signal ends it; the exit code is 0 when everything was finished in time. */
export async function runServe(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { config: { type: 'string' } } })
  return serve(loadProcessConfig(values.config))
}
