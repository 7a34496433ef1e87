import type { Engine } from '../engine/engine.js'
import { TASKS, type TaskName } from '../families/family.js'
import { packGraphs, packId, type Pack } from '../store/pack.js'
import type { ModelState } from './model-slot.js'
import type { Models, ModelStatus } from './models.js'

/** Everything a caller may want to know of one version of one model before he trusts it. */
export interface ModelCard {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly digest: string
  readonly state: ModelState
  readonly reason: string | undefined
  /** The tasks that it answers when a request names no model. */
  readonly defaultFor: readonly TaskName[]
  readonly manifest: Pack['manifest']
  /** Bytes of all its graphs on disk. */
  readonly bytes: number
  /** Where its graphs are now; empty while none is in a lane. */
  readonly devices: readonly {
    readonly device: string
    readonly provider: string
    readonly lanes: number
    readonly bytes: number
  }[]
}

/** What is in the store and what becomes of it, for people and for other servers. */
export interface Catalogue {
  /** The newest version of every name, packs that cannot be read left out. */
  list(): Promise<ModelCard[]>
  show(reference: string): Promise<ModelCard>
  load(reference: string): Promise<ModelCard>
  unload(reference: string): Promise<ModelCard>
  index(): Promise<ModelStatus[]>
  unreadiness(): string[]
}

export function createCatalogue(models: Models, engine: Engine): Catalogue {
  const cardOf = async (id: string): Promise<ModelCard> =>
    card(await models.pack(id), await statusOf(models, id), models, engine)
  const show = async (reference: string): Promise<ModelCard> => cardOf((await models.find(reference)).id)
  return {
    show,
    async list() {
      const newest = new Map((await models.index()).toReversed().map((status) => [status.name, status]))
      const cards = await Promise.all(
        [...newest.values()].map((status) => cardOf(`${status.name}@${status.version}`).catch(() => undefined)),
      )
      return cards.filter((found) => found !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    load: async (reference) => cardOf((await models.load(reference)).id),
    async unload(reference) {
      await models.unload(reference)
      return show(reference)
    },
    index: () => models.index(),
    unreadiness: () => models.unreadiness(),
  }
}

async function statusOf(models: Models, id: string): Promise<Pick<ModelStatus, 'state' | 'reason'>> {
  const { slot } = await models.find(id)
  return { state: slot.state, reason: slot.reason }
}

function card(pack: Pack, status: Pick<ModelStatus, 'state' | 'reason'>, models: Models, engine: Engine): ModelCard {
  const { manifest, digest } = pack
  const id = packId(pack)
  const graphs = Object.values(packGraphs(pack))
  return {
    id,
    name: manifest.name,
    version: manifest.version,
    digest,
    state: status.state,
    reason: status.reason,
    defaultFor: TASKS.filter((task) => models.defaultFor(task) === id),
    manifest,
    bytes: graphs.reduce((sum, graph) => sum + graph.bytes, 0),
    devices: devicesOf(graphs.flatMap((graph) => engine.residency(graph))),
  }
}

function devicesOf(residencies: ReturnType<Engine['residency']>): ModelCard['devices'] {
  const found = new Map<string, { device: string; provider: string; lanes: number; bytes: number }>()
  for (const { device, provider, lanes, bytes } of residencies) {
    const entry = found.get(device) ?? { device, provider, lanes: 0, bytes: 0 }
    found.set(device, { ...entry, lanes: Math.max(entry.lanes, lanes), bytes: entry.bytes + bytes })
  }
  return [...found.values()]
}
