import { serve } from '../serve.js'
import { loadProcessConfig } from '../config.js'

/** Serves until a signal ends it; the exit code is 0 when everything was finished in time. */
export async function runServe(configFile: string | undefined): Promise<number> {
  return serve(loadProcessConfig(configFile))
}
