import type { ErrorEnvelope } from '../errors.js'
import type { LoopOrder } from '../families/loop.js'
import type { Graph } from '../store/graph.js'
import type { NamedTensors } from '../tensor/tensor.js'
import type { Device } from './devices.js'
import type { LaneFeeds, SentFeeds } from './kept-feeds.js'
import type { LaneReader } from './reader.js'

/** What a lane process is started with, as JSON in its first argument. */
export interface LaneSettings {
  /** Tried in order; the first that runs a graph is the lane's device. */
  readonly devices: readonly Device[]
  readonly threads: number
  /** Added to the Unix niceness of the parent: with more of it a lane gives way to others. */
  readonly niceness: number
}

/** Loops that have their rows in one run, and how long the lane may go on with them by itself. */
export interface LoopsOrder {
  /** In the order of their rows. */
  readonly parts: readonly { readonly order: LoopOrder; readonly state: unknown; readonly rows: number }[]
  /** Names of the feeds that all rows have in common. */
  readonly shared: readonly string[]
  /** A step that would end later is not begun; the first one always is. */
  readonly limitMs: number
}

/** What a loop has come to, or why its step failed. */
export type LoopEnd = { readonly state: unknown } | { readonly error: ErrorEnvelope }

/** A run: of the feeds, or, with `loops`, of these constants and what the loops are fed beside them, again and again. */
export interface LaneRun<Feeds = LaneFeeds> {
  readonly feeds: Feeds
  /** Names of the outputs that come back, or that the loops read. */
  readonly outputs: readonly string[]
  readonly loops?: LoopsOrder
  /** Reads what the run gives, whether or not it is among `outputs`. None of a run with loops. */
  readonly reader?: LaneReader
}

/**
 * The four things that a lane knows. It does one at a time, in the order they came, and answers each once. Whatever comes while it
 * goes on with loops ends that after the step under way.
 */
export type LaneRequest =
  | { readonly kind: 'ping' }
  | { readonly kind: 'load'; readonly graph: Graph }
  | { readonly kind: 'unload'; readonly digest: string }
  | (LaneRun & { readonly kind: 'run'; readonly digest: string })

/** As it crosses the border. */
export type SentRequest =
  | Exclude<LaneRequest, { readonly kind: 'run' }>
  | (Omit<Extract<LaneRequest, { readonly kind: 'run' }>, 'feeds'> & SentFeeds)

export interface LaneReplies {
  readonly ping: LanePong
  readonly load: LaneLoaded
  readonly unload: LaneUnloaded
  readonly run: LaneRan
}

export interface LanePong {
  readonly kind: 'pong'
  readonly device: Device
  /** Devices that were tried before and why they do not work. */
  readonly refused: readonly { readonly device: Device; readonly reason: string }[]
  /** Of the process, at the end of what it was asked. */
  readonly residentBytes: number
}

export interface LaneLoaded {
  readonly kind: 'loaded'
  readonly residentBytes: number
  /** What the process grew by while it loaded and warmed the graph. */
  readonly grownBytes: number
  /** Time of a second run of one row of zeros; `undefined` where the graph would not take zeros. */
  readonly warmRunMs: number | undefined
}

export interface LaneUnloaded {
  readonly kind: 'unloaded'
  readonly residentBytes: number
}

export interface LaneRan {
  readonly kind: 'ran'
  /** As it was a moment ago. */
  readonly residentBytes: number
  /** None where it went on with loops. */
  readonly outputs: NamedTensors
  /** What the reader gave. */
  readonly read?: NamedTensors
  /** Runs that were made. */
  readonly steps: number
  /** Time in the runtime. */
  readonly runMs: number
  /** Of loops, in the order of their parts. */
  readonly ends?: readonly LoopEnd[]
}

export type LaneReply =
  | LaneReplies[keyof LaneReplies]
  /** An error has lost its class and code once it crosses a process border, so it travels as an envelope. */
  | { readonly kind: 'failed'; readonly error: ErrorEnvelope }

export interface Numbered<Message> {
  readonly id: number
  readonly message: Message
}
