/** How often and how long in all; nanoseconds as Triton's statistics extension counts them. */
export interface Duration {
  readonly count: number
  readonly ns: number
}

/** Since the engine started, of one owner. */
export interface OwnerStatistics {
  /** Rows that were answered. */
  readonly inferenceCount: number
  /** Runs of the runtime, each counted once however many callers shared it. */
  readonly executionCount: number
  /** Unix time of the last answered run; 0 before the first. */
  readonly lastInferenceMs: number
  /** From the call to its end. */
  readonly success: Duration
  readonly fail: Duration
  /** Callers that left and deadlines that passed. */
  readonly cancel: Duration
  /** Waiting for a lane. */
  readonly queue: Duration
  /** Stacking the rows and bringing them to the lane and back. */
  readonly computeInput: Duration
  readonly computeInfer: Duration
  readonly computeOutput: Duration
  /** By the number of rows that were run together, the fewest first. */
  readonly batches: readonly BatchStatistics[]
}

export interface BatchStatistics {
  readonly rows: number
  readonly computeInput: Duration
  readonly computeInfer: Duration
  readonly computeOutput: Duration
}

export interface Execution {
  readonly rows: number
  /** Runs of the runtime, one after the other. */
  readonly steps: number
  readonly queueMs: number
  readonly inputMs: number
  readonly runMs: number
  readonly outputMs: number
}

export interface Statistics {
  /** Runs of the runtime with rows of these owners. */
  execution(owners: Iterable<string>, execution: Execution): void
  end(owner: string, how: 'success' | 'fail' | 'cancel', rows: number, tookMs: number): void
  of(owner: string): OwnerStatistics
}

class Sum implements Duration {
  count = 0
  ns = 0

  add(ms: number, count = 1): void {
    this.count += count
    this.ns += Math.max(0, Math.round(ms * 1e6))
  }
}

class RunSums {
  readonly computeInput = new Sum()
  readonly computeInfer = new Sum()
  readonly computeOutput = new Sum()

  add({ steps, inputMs, runMs, outputMs }: Execution): void {
    this.computeInput.add(inputMs, steps)
    this.computeInfer.add(runMs, steps)
    this.computeOutput.add(outputMs, steps)
  }
}

class OwnerCounts {
  inferenceCount = 0
  executionCount = 0
  lastInferenceMs = 0
  readonly success = new Sum()
  readonly fail = new Sum()
  readonly cancel = new Sum()
  readonly queue = new Sum()
  readonly runs = new RunSums()
  readonly byRows = new Map<number, RunSums>()
}

export function createStatistics(): Statistics {
  const counts = new Map<string, OwnerCounts>()
  const countsOf = (owner: string): OwnerCounts => {
    const found = counts.get(owner) ?? new OwnerCounts()
    counts.set(owner, found)
    return found
  }
  return {
    execution(owners, execution) {
      for (const owner of new Set(owners)) {
        const own = countsOf(owner)
        own.executionCount += execution.steps
        own.queue.add(execution.queueMs, execution.steps)
        own.runs.add(execution)
        const batch = own.byRows.get(execution.rows) ?? new RunSums()
        own.byRows.set(execution.rows, batch)
        batch.add(execution)
      }
    },
    end(owner, how, rows, tookMs) {
      const own = countsOf(owner)
      own[how].add(tookMs)
      if (how !== 'success') return
      own.inferenceCount += rows
      own.lastInferenceMs = Date.now()
    },
    of: (owner) => snapshot(counts.get(owner) ?? new OwnerCounts()),
  }
}

function snapshot({ byRows, runs, ...own }: OwnerCounts): OwnerStatistics {
  return {
    ...own,
    success: copy(own.success),
    fail: copy(own.fail),
    cancel: copy(own.cancel),
    queue: copy(own.queue),
    ...copyRuns(runs),
    batches: [...byRows].sort(([a], [b]) => a - b).map(([rows, sums]) => ({ rows, ...copyRuns(sums) })),
  }
}

function copyRuns({ computeInput, computeInfer, computeOutput }: RunSums): Omit<BatchStatistics, 'rows'> {
  return {
    computeInput: copy(computeInput),
    computeInfer: copy(computeInfer),
    computeOutput: copy(computeOutput),
  }
}

function copy({ count, ns }: Sum): Duration {
  return { count, ns }
}
