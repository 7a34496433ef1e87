import { AppError } from '../errors.js'
import type { TaskName } from '../families/family.js'
import type { Log } from '../ports.js'
import { packId, type Pack } from '../store/pack.js'
import type { Store } from '../store/store.js'
import { parseReference } from '../store/version.js'
import type { LiveModel } from './live-model.js'
import { createModelSlot, type ModelSlot, type ModelState } from './model-slot.js'

/** One version of one model as the service knows it now. */
export interface ModelStatus {
  readonly name: string
  readonly version: string
  readonly state: ModelState
  readonly reason: string | undefined
}

/**
 * The models that answer. A pack is opened at its first use: manifest, digests, sessions, goldens; until then it costs
 * nothing. A pack that fails says why to every later request, without being tried again before someone loads it.
 */
export interface Models {
  /** The slot that answers `reference`, or the task's default. Throws `model_not_found`, `model_invalid`, `task_not_supported`. */
  find(reference: string | undefined, task?: TaskName): Promise<{ id: string; slot: ModelSlot }>
  /** The manifest of a version, read now if it was not yet. */
  pack(id: string): Promise<Pack>
  load(reference: string): Promise<LiveModel>
  unload(reference: string): Promise<void>
  /** Every version in the store with its state, names sorted, newest version first. */
  index(): Promise<ModelStatus[]>
  defaultFor(task: TaskName): string | undefined
  /** Loads and pins the default models. What fails is logged and keeps the service from being ready. */
  start(): Promise<void>
  /** Why the service is not ready; empty when it is. */
  unreadiness(): string[]
}

export interface ModelsOptions {
  readonly store: Store
  readonly defaults: readonly string[]
  open(pack: Pack, options: { isPinned: boolean }): Promise<LiveModel>
  close(id: string): Promise<void>
  /** Lifts the quarantine of a pack that has killed its lane. */
  pardon(id: string): void
  readonly log: Log
}

export function createModels(options: ModelsOptions): Models {
  const { store } = options
  const slots = new Map<string, ModelSlot>()
  const packs = new Map<string, Promise<Pack>>()
  // Only what exists is kept, so the map is bounded by the store's packs and aliases, not by what callers ask for.
  const known = new Map<string, string>()
  const defaults = createDefaults(options.defaults)

  const pack = (id: string): Promise<Pack> => {
    let opened = packs.get(id)
    if (opened === undefined) {
      const { name, version = '' } = parseReference(id)
      packs.set(id, (opened = store.open({ name, version })))
      opened.catch(() => packs.delete(id))
    }
    return opened
  }
  const slotOf = (id: string): ModelSlot => {
    let slot = slots.get(id)
    if (slot === undefined) {
      const open = async () => options.open(await pack(id), { isPinned: defaults.has(id) })
      slot = createModelSlot(id, { open, close: () => options.close(id) })
      slots.set(id, slot)
    }
    return slot
  }
  const resolve = async (reference: string): Promise<string> => {
    const found = known.get(reference)
    if (found !== undefined) return found
    const { name, version } = await store.resolve(reference)
    known.set(reference, `${name}@${version}`)
    return `${name}@${version}`
  }

  const find: Models['find'] = async (reference, task) => {
    const id = reference === undefined ? defaults.idFor(task) : await resolve(reference)
    const { tasks } = (await pack(id)).manifest
    if (task !== undefined && !tasks.includes(task))
      throw new AppError('task_not_supported', `The model ${id} does not do ${task}.`)
    return { id, slot: slotOf(id) }
  }
  /** What a caller asks to load may be new on disk, and may be the newest version of its name from now on. */
  const forget = (): void => known.clear()

  return {
    find,
    pack,
    async load(reference) {
      forget()
      const id = await resolve(reference)
      if (slotOf(id).state === 'failed') packs.delete(id)
      // Whoever asks for it by name wants it tried again, also after it has killed its lane.
      options.pardon(id)
      return slotOf(id).load()
    },
    async unload(reference) {
      forget()
      await slotOf(await resolve(reference)).unload()
    },
    async index() {
      forget()
      const names = await store.list()
      return [...names].flatMap(([name, versions]) =>
        versions.map((version) => {
          const slot = slots.get(`${name}@${version}`)
          return { name, version, state: slot?.state ?? 'cold', reason: slot?.reason }
        }),
      )
    },
    defaultFor: (task) => defaults.byTask.get(task),
    start: () => startDefaults(options, { resolve, pack, slotOf, defaults }),
    unreadiness: () => defaults.unreadiness(slots),
  }
}

interface Defaults {
  readonly byTask: ReadonlyMap<TaskName, string>
  has(id: string): boolean
  add(asked: string, opened: Pack): void
  /** Nothing more is added. */
  settle(): void
  /** Throws `not_ready` while it is not known what the defaults can do, then `model_not_found`. */
  idFor(task: TaskName | undefined): string
  unreadiness(slots: ReadonlyMap<string, ModelSlot>): string[]
}

function createDefaults(asked: readonly string[]): Defaults {
  const byTask = new Map<TaskName, string>()
  const ids = new Map<string, string>()
  let isSettled = asked.length === 0
  return {
    byTask,
    has: (id) => [...ids.values()].includes(id),
    add(name, opened) {
      ids.set(name, packId(opened))
      for (const task of opened.manifest.tasks) if (!byTask.has(task)) byTask.set(task, packId(opened))
    },
    settle: () => void (isSettled = true),
    idFor(task) {
      const id = task === undefined ? undefined : byTask.get(task)
      // A job that was left over from before is not failed because it is early.
      if (id === undefined && !isSettled) throw new AppError('not_ready', 'The default models are not known yet.')
      if (id === undefined)
        throw new AppError('model_not_found', 'No model was named and the service has no default for this task.')
      return id
    },
    unreadiness: (slots) =>
      asked.flatMap((name) => {
        const id = ids.get(name)
        const state = id === undefined ? 'not found yet' : (slots.get(id)?.state ?? 'cold')
        return state === 'ready' ? [] : [`The default model ${name} is ${state}.`]
      }),
  }
}

interface Starters {
  readonly defaults: Defaults
  resolve(reference: string): Promise<string>
  pack(id: string): Promise<Pack>
  slotOf(id: string): ModelSlot
}

async function startDefaults(options: ModelsOptions, starters: Starters): Promise<void> {
  const attempt = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      options.log.error({ model: name, err: error }, 'a default model cannot be loaded')
    }
  }
  const found: [string, string][] = []
  for (const name of options.defaults) {
    await attempt(name, async () => {
      const id = await starters.resolve(name)
      starters.defaults.add(name, await starters.pack(id))
      found.push([name, id])
    })
  }
  starters.defaults.settle()
  for (const [name, id] of found) await attempt(name, () => starters.slotOf(id).load())
}
