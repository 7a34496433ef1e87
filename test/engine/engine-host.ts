/** A process with an engine, for a test that kills it. */
import { parseDevice } from '../../src/engine/devices.js'
import { createEngine } from '../../src/engine/engine.js'
import { silentLog, silentMeter, systemClock } from '../../src/ports.js'

const engine = await createEngine({
  ...{ device: parseDevice('cpu'), lanes: 1, threadsPerLane: 1, budgetBytes: 1 << 30 },
  ...{ log: silentLog, meter: silentMeter, clock: systemClock },
})
process.send?.(engine.status().lanes.map(({ pid }) => pid))
