/** The service without the wire, with real lanes and the tiny-sd packs; it ends with the file that starts it. */
import { after } from 'node:test'
import { createService, type Service } from '../../src/app.js'
import { loadConfig } from '../../src/config.js'
import type { GenerationsRequest } from '../../src/flows/generate.js'
import { createLogger } from '../../src/observability/logger.js'
import type { Demand } from '../../src/ports.js'
import type { Raster } from '../../src/imaging/raster.js'
import { PACKS } from '../families/tiny-pack.js'

export async function startGenerations(environment: Record<string, string> = {}): Promise<Service> {
  const config = loadConfig({
    environment: { MODEL_STORE: PACKS, DEFAULT_MODELS: '', DEVICE: 'cpu', LANES: '1', ...environment },
  })
  const service = await createService(config, createLogger('silent'))
  after(() => service.close(0))
  return service
}

export function demandOf(changes: Partial<Demand> = {}): Demand {
  return { priority: 'routine', signal: new AbortController().signal, isDeterministic: false, ...changes }
}

export function asked(changes: Partial<GenerationsRequest> = {}): GenerationsRequest {
  return {
    ...{ model: 'tiny-sd-v', prompt: 'Cardiomegaly with small right pleural effusion.', seed: 5n, steps: 6 },
    demand: demandOf(),
    ...changes,
  }
}

/** Greatest difference of two pictures in levels of 255. */
export function levelsApart(one: Raster, other: Raster): number {
  if (one.data.length !== other.data.length) return Infinity
  return Math.max(...Array.from(one.data, (value, at) => Math.abs(value - other.data[at]!) / 257))
}

/** Runs of a pack's graphs so far that held so many rows, or more. */
export function runsOf({ engine }: Service, id: string, leastRows = 1): number {
  const { batches } = engine.statistics(id)
  return batches.reduce((sum, { rows, computeInfer }) => sum + (rows >= leastRows ? computeInfer.count : 0), 0)
}
