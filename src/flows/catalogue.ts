import type { Engine, OwnerStatistics } from '../engine/engine.js'
import { TASKS, type TaskName } from '../families/family.js'
import { readCard, readCardPicture } from '../store/card.js'
import { packGraphs, packId, type Pack } from '../store/pack.js'
import type { ModelIdentity } from './answer.js'
import type { Infer } from './infer.js'
import type { ModelState } from './model-slot.js'
import type { Models, ModelStatus } from './models.js'

/** Everything that a caller may want to know of one version of one model before trusting it. */
export interface ModelCard {
  readonly manifest: Pack['manifest']
  /** sha256 of `model.json`. */
  readonly digest: string
  /** Unix time in milliseconds: what the manifest says, or when `model.json` was written here. */
  readonly createdMs: number
  readonly state: ModelState
  /** Why it failed, when it did. */
  readonly reason?: string
  /** What was wrong with an answer that it gave, when one could not be used. */
  readonly ailment?: string
  /** Devices that hold it now, such as `cpu` or `cuda:0`; none unless it is ready. */
  readonly devices: readonly string[]
  /** The tasks that it answers when a request names no model. */
  readonly defaultFor: readonly TaskName[]
}

/** A pack's own words about itself, not to be trusted. */
export interface ModelCardText {
  readonly model: ModelIdentity
  readonly markdown: string
  /** A PNG or JPEG file beside the card. */
  picture(name: string): Promise<Uint8Array | undefined>
}

export type BatchStatistics = OwnerStatistics['batches'][number]

/** What the engine counted of one version since the service started. */
export interface ModelStatistics extends OwnerStatistics {
  readonly name: string
  readonly version: string
}

/** What is in the store and what becomes of it, for people and for other servers. */
export interface Catalogue {
  /** The version that answers by the name alone, of every name; packs that cannot be read are left out. */
  list(): Promise<ModelCard[]>
  /** `name` or `name@version`. Throws `model_not_found`, `model_invalid`. */
  show(reference: string): Promise<ModelCard>
  /** Throws `model_not_found`, `model_invalid`, `card_not_found`. */
  card(reference: string): Promise<ModelCardText>
  load(reference: string): Promise<ModelCard>
  unload(reference: string): Promise<void>
  index(): Promise<ModelStatus[]>
  /** Of the models that have been used since the start, or of the one named. */
  statistics(reference?: string): Promise<ModelStatistics[]>
  /** Why the service is not ready; empty when it is. */
  unreadiness(): string[]
  readonly infer: Infer
  /**
   * Throws `queue_full` when the model that would answer has no place left, so that a body need not be read for that. Any
   * other fault is left for the request itself to meet.
   */
  checkRoom(reference: string | undefined, task?: TaskName): Promise<void>
}

export function createCatalogue(models: Models, engine: Engine, infer: Infer): Catalogue {
  const show = async (reference: string): Promise<ModelCard> => {
    const { id, slot } = await models.find(reference)
    const pack = await models.pack(id)
    return {
      manifest: pack.manifest,
      digest: pack.digest,
      createdMs: pack.createdMs,
      state: slot.state,
      ...(slot.reason !== undefined && { reason: slot.reason }),
      ...(slot.ailment !== undefined && { ailment: slot.ailment }),
      devices: slot.state === 'ready' ? devicesOf(pack, engine) : [],
      defaultFor: TASKS.filter((task) => models.defaultFor(task) === id),
    }
  }
  return {
    show,
    async card(reference) {
      const pack = await models.pack((await models.find(reference)).id)
      const { name, version } = pack.manifest
      const markdown = await readCard(pack)
      const model = { name, version, digest: pack.digest }
      return { model, markdown, picture: (file) => readCardPicture(pack, file) }
    },
    async list() {
      const names = new Set((await models.index()).map(({ name }) => name))
      const cards = await Promise.all([...names].map((name) => show(name).catch(() => undefined)))
      return cards.filter((card) => card !== undefined)
    },
    load: async (reference) => show((await models.load(reference)).id),
    unload: (reference) => models.unload(reference),
    index: () => models.index(),
    async statistics(reference) {
      const ids = reference === undefined ? await usedIds(models) : [(await models.find(reference)).id]
      return Promise.all(ids.map(async (id) => statisticsOf(await models.pack(id), engine)))
    },
    unreadiness: () => models.unreadiness(),
    infer,
    async checkRoom(reference, task) {
      const found = await models.find(reference, task).catch(() => undefined)
      if (found !== undefined) engine.checkRoom(found.id)
    },
  }
}

function devicesOf(pack: Pack, engine: Engine): string[] {
  const graphs = Object.values(packGraphs(pack))
  return [...new Set(graphs.flatMap((graph) => engine.residency(graph)).map(({ device }) => device))].sort()
}

async function usedIds(models: Models): Promise<string[]> {
  const used = (await models.index()).filter(({ state }) => state === 'ready')
  return used.map(({ name, version }) => `${name}@${version}`)
}

function statisticsOf(pack: Pack, engine: Engine): ModelStatistics {
  const { name, version } = pack.manifest
  return { name, version, ...engine.statistics(packId(pack)) }
}
