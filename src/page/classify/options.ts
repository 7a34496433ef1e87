import { computed, signal } from '@preact/signals'
import type { LabelSet } from '../api/replies.js'
import { modelsFor } from '../models/model-list.js'

/** `name@version`; undefined is the default of the service. */
export const chosenModel = signal<string | undefined>(undefined)
/** A set of the model, or the labels of whoever is here; undefined is the model's own default. */
export const chosenLabels = signal<{ readonly set: string } | { readonly own: readonly string[] } | undefined>(
  undefined,
)

export const model = computed(() => {
  const able = modelsFor('classifications')
  return able.find(({ id }) => id === chosenModel.value) ?? able[0]
})

export const labelSets = computed<readonly LabelSet[]>(() => model.value?.label_sets ?? [])

/** What a request is asked with beside its film. */
export const fields = computed(() => {
  const labels = chosenLabels.value
  return {
    model: chosenModel.value,
    ...(labels !== undefined && 'set' in labels && { label_set: labels.set }),
    ...(labels !== undefined && 'own' in labels && { labels: labels.own }),
  }
})
