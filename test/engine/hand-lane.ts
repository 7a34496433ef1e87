/** A lane that is no process: each call waits until the test answers it. Small enough to be looked through. */
import type { Lane } from '../../src/engine/lane.js'
import type { LaneReply, LaneRequest } from '../../src/engine/protocol.js'

export interface HeldCall {
  readonly request: LaneRequest
  answer(): void
  reject(error: Error): void
}

export interface HandLane {
  readonly lane: Lane
  /** Calls that wait for the test, oldest first. */
  readonly held: HeldCall[]
  isUp: boolean
  isHopeless: boolean
  /** As its last answer would have said. */
  residentBytes: number
  /** Answers every call that waits, and those that their answers bring about. */
  answerAll(): Promise<void>
}

const ANSWERS: Readonly<Record<LaneRequest['kind'], LaneReply>> = {
  ping: { kind: 'pong', device: { provider: 'cpu', index: 0 }, refused: [], residentBytes: 0 },
  load: { kind: 'loaded', residentBytes: 0, grownBytes: 0, warmRunMs: 1 },
  unload: { kind: 'unloaded', residentBytes: 0 },
  run: { kind: 'ran', residentBytes: 0, outputs: {}, steps: 1, runMs: 1 },
}

export function handLane(): HandLane {
  const held: HeldCall[] = []
  const call = (request: LaneRequest): Promise<never> =>
    new Promise((resolve, reject) => {
      const done = (settle: () => void) => () => {
        held.splice(held.indexOf(entry), 1)
        settle()
      }
      const entry: HeldCall = {
        request,
        // What the real lane sends for this kind of request; the type is lost because one function answers all kinds.
        answer: done(() => resolve(ANSWERS[request.kind] as never)),
        reject: (error) => done(() => reject(error))(),
      }
      held.push(entry)
    })
  const hand: HandLane = {
    held,
    isUp: true,
    isHopeless: false,
    residentBytes: 0,
    lane: {
      index: 0,
      get isUp() {
        return hand.isUp
      },
      get isHopeless() {
        return hand.isHopeless
      },
      pid: 1,
      device: { provider: 'cpu', index: 0 },
      get residentBytes() {
        return hand.residentBytes
      },
      restarts: 0,
      start: () => Promise.resolve(),
      end: () => Promise.resolve(),
      call: (request) => call(request),
    },
    async answerAll() {
      await new Promise(setImmediate)
      while (held.length > 0) {
        held[0]!.answer()
        await new Promise(setImmediate)
      }
    },
  }
  return hand
}
