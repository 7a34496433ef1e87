/** The runtime alone: hashes the files of a pack's graphs and makes a session of each. Says how long both took, and ends. */
import './no-telemetry.js'
import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { InferenceSession } from 'onnxruntime-node'
import type { Manifest } from '../../src/store/manifest.js'

export interface RawLoadTimes {
  readonly hashMs: number
  readonly sessionsMs: number
  /** CPU time of both. */
  readonly cpuMs: number
}

const [folder = '', threads = '1'] = process.argv.slice(2)
const { components, files } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Manifest
const graphs = Object.values(components)

const startMs = performance.now()
const startCpu = process.cpuUsage()
for (const { file } of [...graphs, ...graphs.flatMap((graph) => graph.external_data ?? []), ...files]) {
  await pipeline(createReadStream(join(folder, file), { highWaterMark: 1 << 20 }), createHash('sha256'))
}
const hashMs = performance.now() - startMs
const sessions: InferenceSession[] = []
for (const { file } of graphs) {
  sessions.push(await InferenceSession.create(join(folder, file), { intraOpNumThreads: Number(threads) }))
}
const { user, system } = process.cpuUsage(startCpu)
const times: RawLoadTimes = {
  hashMs,
  sessionsMs: performance.now() - startMs - hashMs,
  cpuMs: (user + system) / 1000,
}
process.send?.(times, () => process.exit(sessions.length > 0 ? 0 : 1))
