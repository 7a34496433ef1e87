import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createJobs, type Jobs } from '../../src/jobs/jobs.js'
import { silentLog, silentMeter, systemClock } from '../../src/ports.js'
import { createState } from '../../src/state/state.js'

/** Real jobs over a database that nobody has opened: routes that never defer an answer never touch it. */
export function createUnopenedJobs(): Jobs {
  const dataDir = join(tmpdir(), 'radserve-never-made')
  return createJobs({
    state: createState({ dataDir, log: silentLog, meter: silentMeter }),
    ...{
      maxQueuedJobs: 1,
      maxRunningJobs: 1,
      maxJobsBytes: 1,
      timeoutMs: 1,
      retentionMs: 1,
      leaseMs: 1,
      maxCrashes: 1,
    },
    webhooks: { origins: [], secret: '', privateRanges: [] },
    ...{ log: silentLog, meter: silentMeter, clock: systemClock },
  })
}
