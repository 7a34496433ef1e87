import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIndexes, type Indexes } from '../../src/flows/indexes.js'
import type { Predict } from '../../src/flows/predict.js'
import { createJobs, type Jobs } from '../../src/jobs/jobs.js'
import { silentLog, silentMeter, systemClock } from '../../src/ports.js'
import { createRetrieval } from '../../src/retrieval/retrieval.js'
import { createState, type State } from '../../src/state/state.js'

function unopenedState(): State {
  return createState({ dataDir: join(tmpdir(), 'radserve-never-made'), log: silentLog, meter: silentMeter })
}

/** As `createUnopenedJobs`. */
export function createUnopenedIndexes(predict: Predict): Indexes {
  return createIndexes({
    retrieval: createRetrieval(unopenedState(), silentLog),
    ...{ predict, maxIndexes: 1, maxItems: 1, timeoutMs: 1, leaseMs: 1 },
    ...{ log: silentLog, meter: silentMeter, clock: systemClock },
  })
}

/** Real jobs over a database that nobody has opened: routes that never defer an answer never touch it. */
export function createUnopenedJobs(): Jobs {
  return createJobs({
    state: unopenedState(),
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
