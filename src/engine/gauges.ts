import type { Meter } from '../ports.js'
import type { GraphDirectory } from './graph-directory.js'
import type { LaneSessions } from './lane-sessions.js'

const GAUGE_EVERY_MS = 1_000

/** Tells the meter again and again what lanes and queues hold; `clearInterval` ends it. */
export function startGauges(meter: Meter, lanes: readonly LaneSessions[], directory: GraphDirectory): NodeJS.Timeout {
  const gauges = setInterval(() => {
    for (const { lane, usedBytes } of lanes) {
      meter.gauge('radserve_resident_bytes', usedBytes, { lane: String(lane.index) })
      meter.gauge('radserve_lane_memory_bytes', lane.residentBytes, { lane: String(lane.index) })
      meter.gauge('radserve_lane_up', Number(lane.isUp), { lane: String(lane.index) })
    }
    const rows = [...directory.all()].reduce((sum, { queue }) => sum + queue.rows, 0)
    meter.gauge('radserve_queue_rows', rows)
  }, GAUGE_EVERY_MS)
  return gauges.unref()
}
