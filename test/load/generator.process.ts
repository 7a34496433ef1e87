/** The load generator: a process of its own, told what to do over IPC by `generator.ts`. */
import { Connection, type Reply } from './connection.js'
import type { LoadPlan, LoadResult } from './load-plan.js'
import { createRandom, exponential, type Random } from './random.js'
import { Recorder } from './recorder.js'

interface Load {
  readonly plan: LoadPlan
  readonly startMs: number
  readonly recorder: Recorder
  readonly random: Random
  readonly nextRequest: () => Uint8Array
  /** Replies before this are a warm-up. */
  readonly fromMs: number
  readonly untilMs: number
  lastBeforeMs: number
  goodCount: number
}

process.on('message', (plan: LoadPlan) => {
  run(plan).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      throw error
    },
  )
})
process.on('disconnect', () => process.exit(0))

async function run(plan: LoadPlan): Promise<LoadResult> {
  const startMs = performance.now()
  const startCpu = process.cpuUsage()
  const { extent } = plan
  let at = 0
  const load: Load = {
    plan,
    startMs,
    recorder: new Recorder(),
    random: createRandom(plan.seed),
    nextRequest: () => plan.requests[at++ % plan.requests.length]!,
    fromMs: extent.kind === 'time' ? extent.warmUpMs : 0,
    untilMs: extent.kind === 'time' ? extent.warmUpMs + extent.measureMs : Infinity,
    lastBeforeMs: 0,
    goodCount: 0,
  }
  const probing = startProbe(plan, startMs, load.fromMs)
  await (plan.arrivals.kind === 'closed' ? closedLoop(load, plan.arrivals.clients) : openLoop(load))
  const endedMs = Math.min(load.untilMs, sinceStart(load))
  const probes = probing.stop()
  const { user, system } = process.cpuUsage(startCpu)
  return {
    replies: load.recorder.replies(),
    probes: probes.replies(),
    lastBeforeMs: load.lastBeforeMs,
    endedMs,
    goodCount: load.goodCount,
    generatorCpuMs: (user + system) / 1000,
    elapsedMs: sinceStart(load),
  }
}

function sinceStart(load: Load): number {
  return performance.now() - load.startMs
}

/** When the reply came. */
function note(load: Load, reply: Reply): number {
  const nowMs = sinceStart(load)
  if (reply.status === 200 && nowMs >= load.fromMs && nowMs < load.untilMs) load.goodCount++
  return nowMs
}

async function closedLoop(load: Load, clients: number): Promise<void> {
  const { extent } = load.plan
  let left = extent.kind === 'count' ? extent.requests : Infinity
  const client = (): Promise<void> => {
    const connection = new Connection(load.plan.host, load.plan.port)
    return new Promise((resolve) => {
      const sendNext = (): void => {
        const sentMs = sinceStart(load)
        if (left <= 0 || sentMs >= load.untilMs) {
          connection.close()
          resolve()
          return
        }
        left--
        connection.send(load.nextRequest(), (reply) => {
          const nowMs = note(load, reply)
          if (nowMs < load.fromMs) load.lastBeforeMs = nowMs
          else if (nowMs < load.untilMs) load.recorder.add(nowMs, nowMs - sentMs, reply)
          // A lost connection is tried again, but not in a tight circle.
          if (reply.status === 0) setTimeout(sendNext, 20)
          else sendNext()
        })
      }
      sendNext()
    })
  }
  await Promise.all(Array.from({ length: clients }, client))
}

/** Latency counts from the moment a request was due, however late it could be sent. */
async function openLoop(load: Load): Promise<void> {
  const { arrivals, extent, host, port } = load.plan
  if (arrivals.kind !== 'open') throw new Error('The load is not open.')
  const idle: Connection[] = []
  const waiting: number[] = []
  const all: Connection[] = []
  let underWay = 0
  let due = extent.kind === 'count' ? extent.requests : Infinity

  const dispatch = (dueMs: number): void => {
    const connection = idle.pop() ?? (all.length < arrivals.maxConnections ? open() : undefined)
    if (connection === undefined) {
      waiting.push(dueMs)
      return
    }
    underWay++
    connection.send(load.nextRequest(), (reply) => {
      underWay--
      const nowMs = note(load, reply)
      if (dueMs >= load.fromMs) load.recorder.add(nowMs, nowMs - dueMs, reply)
      idle.push(connection)
      const next = waiting.shift()
      if (next !== undefined) dispatch(next)
    })
  }
  const open = (): Connection => {
    const connection = new Connection(host, port)
    all.push(connection)
    return connection
  }

  await new Promise<void>((resolve) => {
    let dueMs = exponential(load.random, arrivals.ratePerSecond) * 1000
    const tick = (): void => {
      const nowMs = sinceStart(load)
      while (dueMs <= nowMs && dueMs < load.untilMs && due > 0) {
        due--
        dispatch(dueMs)
        dueMs += exponential(load.random, arrivals.ratePerSecond) * 1000
      }
      if (dueMs < load.untilMs && due > 0) setTimeout(tick, Math.max(0, dueMs - sinceStart(load)))
      else if (underWay > 0 || waiting.length > 0) setTimeout(tick, 5)
      else resolve()
    }
    tick()
  })
  for (const connection of all) connection.close()
}

function startProbe(plan: LoadPlan, startMs: number, fromMs: number): { stop(): Recorder } {
  const recorder = new Recorder()
  const { probe } = plan
  if (probe === undefined) return { stop: () => recorder }
  const random = createRandom(plan.seed + 1)
  const connection = new Connection(plan.host, plan.port)
  let isStopped = false
  const sendAt = (dueMs: number): void => {
    const send = (): void => {
      if (isStopped) return
      connection.send(probe.request, (reply) => {
        const nowMs = performance.now() - startMs
        if (dueMs >= fromMs && !isStopped) recorder.add(nowMs, nowMs - dueMs, reply)
        sendAt(dueMs + exponential(random, probe.ratePerSecond) * 1000)
      })
    }
    setTimeout(send, Math.max(0, dueMs - (performance.now() - startMs)))
  }
  sendAt(exponential(random, probe.ratePerSecond) * 1000)
  return {
    stop() {
      isStopped = true
      connection.close()
      return recorder
    },
  }
}
