/**
 * The program of a lane: a child process that holds sessions and answers `ping`, `load`, `unload` and `run` one after the
 * other. It knows no task and no other lane. It ends when its parent lets go of it or is gone, after the run under way:
 * to call `process.exit` during a run would abort with status 134.
 */
import { constants, getPriority, setPriority } from 'node:os'
import { performance } from 'node:perf_hooks'
import { AppError, errorToEnvelope } from '../errors.js'
import type { Graph } from '../store/graph.js'
import type { NamedTensors } from '../tensor/tensor.js'
import { emptyTensor } from '../tensor/tensor.js'
import { deviceName, type Device } from './devices.js'
import { createFeedKeeper } from './kept-feeds.js'
import { runLoops } from './lane-loops.js'
import type { LaneReplies, LaneReply, LaneRun, LaneSettings, LanePong, Numbered, SentRequest } from './protocol.js'
import { runAndRead } from './reader.js'
import { openSession, probeDevice, type Session } from './session.js'
import { warmSizes } from './warm-sizes.js'

const LONG_RUN_MS = 100
const RESIDENT_EVERY_MS = 100

const settings = JSON.parse(process.argv[2] ?? '') as LaneSettings
// Threads inherit it, so it comes before the runtime's.
if (settings.niceness > 0) setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + settings.niceness))
const sessions = new Map<string, Session>()
const keeper = createFeedKeeper()
const chosen = chooseDevice()
let work: Promise<void> = Promise.resolve()
/** Requests that came and are not begun. */
let waiting = 0
let isEnding = false
let lastResident = { bytes: 0, atMs: -Infinity }

// The parent decides when a lane ends: a Ctrl-C or a `kill` of the process group must not break the runs it waits for.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
process.on('message', (numbered: Numbered<SentRequest>) => {
  waiting++
  work = work.then(() => {
    waiting--
    return answer(numbered)
  })
})
process.on('disconnect', () => {
  isEnding = true
  work = work.then(releaseAll)
})

async function answer({ id, message }: Numbered<SentRequest>): Promise<void> {
  if (isEnding) return
  const reply = await perform(message).catch((error: unknown): LaneReply => ({
    kind: 'failed',
    error: errorToEnvelope(error),
  }))
  const numbered: Numbered<LaneReply> = { id, message: reply }
  // The callback keeps a parent that is just going away from being an uncaught error here.
  if (process.connected) process.send?.(numbered, () => undefined)
}

async function perform(request: SentRequest): Promise<LaneReply> {
  switch (request.kind) {
    case 'ping':
      return pong()
    case 'load':
      return load(request.graph)
    case 'unload':
      return unload(request.digest)
    case 'run':
      return run(request.digest, { ...request, feeds: keeper.receive(request) })
  }
}

async function chooseDevice(): Promise<Pick<LanePong, 'device' | 'refused'>> {
  const refused: { device: Device; reason: string }[] = []
  for (const device of settings.devices) {
    try {
      await probeDevice({ device, threads: settings.threads })
      return { device, refused }
    } catch (error) {
      refused.push({ device, reason: errorToEnvelope(error).message })
    }
  }
  const reasons = refused.map(({ device, reason }) => `${deviceName(device)}: ${reason}`)
  throw new AppError('device_unavailable', `The device cannot be used. ${reasons.join(' ')}`)
}

async function pong(): Promise<LanePong> {
  return { kind: 'pong', ...(await chosen), residentBytes: residentBytes() }
}

async function load(graph: Graph): Promise<LaneReplies['load']> {
  const { device } = await chosen
  const before = residentBytes()
  const session = await openSession(graph, { device, threads: settings.threads })
  await sessions.get(graph.digest)?.release()
  sessions.set(graph.digest, session)
  const warmRunMs = await warm(session, graph)
  const after = residentBytes()
  return { kind: 'loaded', residentBytes: after, grownBytes: Math.max(0, after - before), warmRunMs }
}

/**
 * The first run allocates and, on a GPU, chooses kernels; the second is as fast as the graph gets. On a CPU a long first run is
 * nearly all arithmetic, and its time says enough.
 */
async function warm(session: Session, graph: Graph): Promise<number | undefined> {
  const sizeOf = warmSizes(graph)
  const feeds = Object.fromEntries(
    graph.inputs.map(({ name, dtype, dims }) => [name, emptyTensor(dtype, dims.map(sizeOf))]),
  )
  const outputs = graph.outputs.map((output) => output.name)
  try {
    const firstMs = await timeOf(() => session.run(feeds, outputs))
    const { device } = await chosen
    if (device.provider === 'cpu' && firstMs >= LONG_RUN_MS) return firstMs
    return await timeOf(() => session.run(feeds, outputs))
  } catch {
    // Zeros of guessed sizes need not suit every graph; the first real run is then the warm-up.
    return undefined
  }
}

async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await act()
  return performance.now() - startMs
}

async function unload(digest: string): Promise<LaneReplies['unload']> {
  const session = sessions.get(digest)
  sessions.delete(digest)
  await session?.release()
  return { kind: 'unloaded', residentBytes: residentBytes() }
}

async function run(
  digest: string,
  { feeds, outputs, loops, reader }: LaneRun<NamedTensors>,
): Promise<LaneReplies['run']> {
  const session = sessionOf(digest)
  if (loops !== undefined) {
    // Only now, because most lanes are never given a loop.
    const { createLoop: makeLoop } = await import('../families/loops.js')
    const isWanted = (): boolean => waiting > 0 || isEnding
    const ran = await runLoops(session, { feeds, outputs, loops }, { makeLoop, isWanted })
    return { kind: 'ran', residentBytes: residentBytesLately(), outputs: {}, ...ran }
  }
  const startMs = performance.now()
  const given =
    reader === undefined
      ? { outputs: await session.run(feeds, outputs) }
      : await runAndRead(session, { feeds, outputs }, { ...reader, reader: sessionOf(reader.digest) })
  const runMs = performance.now() - startMs
  return { kind: 'ran', residentBytes: residentBytesLately(), ...given, steps: 1, runMs }
}

function sessionOf(digest: string): Session {
  const session = sessions.get(digest)
  if (session === undefined) throw new AppError('internal', 'The lane does not hold the graph. This is a bug.')
  return session
}

/** A run need not ask the system each time: that can take longer than a short run. */
function residentBytesLately(): number {
  if (performance.now() - lastResident.atMs > RESIDENT_EVERY_MS) residentBytes()
  return lastResident.bytes
}

function residentBytes(): number {
  lastResident = { bytes: process.memoryUsage.rss(), atMs: performance.now() }
  return lastResident.bytes
}

async function releaseAll(): Promise<void> {
  for (const session of sessions.values()) await session.release()
  sessions.clear()
}
