import type { Graph } from '../store/graph.js'
import type { NamedTensors } from '../tensor/tensor.js'
import type { Batch } from './run-queue.js'
import type { LaneRun } from './protocol.js'
import type { Session } from './session.js'

/**
 * A graph that reads what another gives, row by row. Where a lane holds both, it runs one after the other, and what lies between
 * them crosses only for those who want it.
 */
export interface Reader {
  readonly graph: Graph
  /** By name of its inputs, all of them: which output of the other it is. */
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: readonly string[]
}

/** What a lane is told of it. */
export interface LaneReader extends Pick<Reader, 'inputs' | 'outputs'> {
  readonly digest: string
}

/** The reader of a batch that the lane can let read: it holds it, and every run of the batch is whole. */
export function readerOf({ chunks, rows }: Batch, holds: (digest: string) => boolean): LaneReader | undefined {
  const reader = chunks[0]?.entry.reader
  if (reader === undefined || rows > reader.graph.maxBatch || !holds(reader.graph.digest)) return undefined
  const isWhole = chunks.every(({ entry, range }) => range.to - range.from === entry.rows)
  const { graph, inputs, outputs } = reader
  return isWhole ? { digest: graph.digest, inputs, outputs } : undefined
}

export interface ReadRun {
  readonly outputs: NamedTensors
  readonly read: NamedTensors
}

/** Rejects as `Session.run`. */
export async function runAndRead(
  session: Session,
  { feeds, outputs }: Pick<LaneRun<NamedTensors>, 'feeds' | 'outputs'>,
  { reader, inputs, outputs: readOutputs }: Pick<Reader, 'inputs' | 'outputs'> & { readonly reader: Session },
): Promise<ReadRun> {
  const given = await session.run(feeds, [...new Set([...outputs, ...Object.values(inputs)])])
  const seen = Object.entries(inputs).map(([input, output]) => [input, given[output]!] as const)
  const read = await reader.run(Object.fromEntries(seen), readOutputs)
  return { outputs: Object.fromEntries(outputs.map((name) => [name, given[name]!])), read }
}
