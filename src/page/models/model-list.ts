import { effect, signal } from '@preact/signals'
import { askJson } from '../api/api.js'
import { readyCount } from '../api/connection.js'
import type { ModelCard, ModelsReply, TaskName } from '../api/replies.js'

export type ModelList =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly models: readonly ModelCard[] }
  | { readonly state: 'failed'; readonly error: unknown }

export const modelList = signal<ModelList>({ state: 'loading' })

export async function readModels(): Promise<void> {
  try {
    const { body } = await askJson<ModelsReply>('/v1/models')
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
export function modelsFor(task: TaskName): readonly ModelCard[] {
  const list = modelList.value
  if (list.state !== 'ready') return []
  const able = list.models.filter(({ tasks }) => tasks.includes(task))
  return able.sort((a, b) => Number(b.default_for.includes(task)) - Number(a.default_for.includes(task)))
}
