import { effect, signal } from '@preact/signals'
import { askJson } from '../api/api.js'
import { readyCount } from '../api/connection.js'

/** What `GET /v1/models` says of one; only what is read here. */
export interface Model {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly digest: string
  readonly title: string
  readonly family: string
  readonly tasks: readonly string[]
  readonly default_for: readonly string[]
  readonly state: 'cold' | 'loading' | 'ready' | 'unloading' | 'unloaded' | 'failed'
  readonly reason?: string
  readonly healthy: boolean
  readonly bytes: number
  readonly devices: readonly string[]
  readonly components: readonly string[]
  readonly licence: { readonly code: string; readonly weights: string; readonly data: string }
  readonly citation?: string
  readonly intended_use: string
  readonly not_for: string
  readonly limitations: readonly string[]
  readonly evaluation: readonly Evaluation[]
  readonly structures?: readonly { readonly name: string; readonly examples: readonly string[] }[]
  readonly reports?: { readonly films: number; readonly max_tokens: number; readonly method: string }
  readonly label_sets: readonly LabelSet[]
}

export interface LabelSet {
  readonly name: string
  readonly title?: string
  readonly note?: string
  readonly labels: readonly string[]
}

export interface Evaluation {
  readonly data: string
  readonly split: string
  readonly n: number
  readonly metric: string
  readonly value: number
  readonly interval?: readonly [number, number]
  readonly baseline?: number | string
  readonly note?: string
}

export type ModelList =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly models: readonly Model[] }
  | { readonly state: 'failed'; readonly error: unknown }

export const modelList = signal<ModelList>({ state: 'loading' })

export async function readModels(): Promise<void> {
  try {
    const { body } = await askJson<{ data: readonly Model[] }>('/v1/models')
    modelList.value = { state: 'ready', models: body.data }
  } catch (error) {
    modelList.value = { state: 'failed', error }
  }
}

effect(() => {
  // What a service had before it went away may be another's now.
  if (readyCount.value > 0) void readModels()
})

/** The models that do a task, its default first; none while they are not known. */
export function modelsFor(task: string): readonly Model[] {
  const list = modelList.value
  if (list.state !== 'ready') return []
  const able = list.models.filter(({ tasks }) => tasks.includes(task))
  return able.sort((a, b) => Number(b.default_for.includes(task)) - Number(a.default_for.includes(task)))
}
