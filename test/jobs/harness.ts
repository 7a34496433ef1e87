import { randomBytes, randomUUID } from 'node:crypto'
import type { TestContext } from 'node:test'
import type { Execute, ExecuteOptions, JobAnswer, JobRequest, Submission } from '../../src/jobs/job.js'
import { createJobs, type Jobs, type JobsOptions } from '../../src/jobs/jobs.js'
import { silentLog, silentMeter, systemClock } from '../../src/ports.js'
import type { State } from '../../src/state/state.js'

export const SECRET = `whsec_${randomBytes(32).toString('base64')}`

/** One request that jobs carry out, in the hands of the test. */
export interface Call extends ExecuteOptions {
  readonly request: JobRequest
  answer(answer?: Partial<JobAnswer>): void
  fail(error: Error): void
}

/** The port that jobs are carried out through, whose every answer is given by the test. */
export class HandExecute {
  readonly calls: Call[] = []
  running = 0
  mostRunning = 0
  private waiting: (() => void)[] = []

  readonly execute: Execute = (request, options) =>
    new Promise((resolve, reject) => {
      this.mostRunning = Math.max(this.mostRunning, ++this.running)
      const end = <Value>(settle: (value: Value) => void, value: Value): void => {
        this.running--
        settle(value)
      }
      // As the routes do it: a cancelled request is answered with a problem.
      const onAbort = (): void => end(resolve, answerOf({ status: 499 }))
      options.signal.addEventListener('abort', onAbort)
      const settled = (): void => options.signal.removeEventListener('abort', onAbort)
      this.calls.push({
        ...options,
        request,
        answer: (answer = {}) => {
          settled()
          end(resolve, answerOf(answer))
        },
        fail: (error) => {
          settled()
          end(reject, error)
        },
      })
      for (const wake of this.waiting.splice(0)) wake()
    })

  /** The call of this index, once it is made. */
  async call(index: number): Promise<Call> {
    while (this.calls.length <= index) await new Promise<void>((resolve) => this.waiting.push(resolve))
    return this.calls[index]!
  }
}

function answerOf({ status = 200, headers = {}, body = Buffer.from('done'), error }: Partial<JobAnswer>): JobAnswer {
  return { status, headers: { 'content-type': 'text/plain', ...headers }, body, ...(error !== undefined && { error }) }
}

export function makeJobs(t: TestContext, state: State, changes: Partial<JobsOptions> = {}): Jobs {
  const jobs = createJobs({
    ...{ state, maxQueuedJobs: 100, maxRunningJobs: 2, maxJobsBytes: 1 << 30, timeoutMs: 60_000 },
    ...{ retentionMs: 60_000, leaseMs: 30_000, maxCrashes: 3 },
    webhooks: { origins: [], secret: '', privateRanges: [] },
    ...{ log: silentLog, meter: silentMeter, clock: systemClock },
    ...changes,
  })
  t.after(() => jobs.close())
  return jobs
}

export function submission(body: string, changes: Partial<Submission> = {}): Submission {
  return {
    request: { method: 'POST', url: '/v1/embeddings?model=x', headers: { accept: '*/*' }, body: Buffer.from(body) },
    path: '/v1/embeddings',
    requestId: randomUUID(),
    owner: 'anonymous',
    priority: 'routine',
    ...changes,
  }
}

export async function untilState(jobs: Jobs, id: string, ...states: readonly string[]): Promise<void> {
  const endMs = performance.now() + 30_000
  for (;;) {
    const { state } = await jobs.get(id)
    if (states.includes(state)) return
    if (performance.now() > endMs) throw new Error(`the job is ${state} and not ${states.join(' or ')}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
