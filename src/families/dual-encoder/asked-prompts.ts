import { DEFAULT_FREE_LABELS, fillTemplates } from './free-labels.js'
import { labelSetsOf, type LabelsAsked } from './label-sets.js'
import type { DualEncoderModel } from './model.js'

/** How much a request for classifications asks for, known before anything of it is done. */
export interface LabelCounts {
  readonly labels: number
  /** Prompts that the caller wrote or that are made from his labels; those of a named set are its author's. */
  readonly prompts: number
}

export function countLabels(model: DualEncoderModel, asked: LabelsAsked): LabelCounts {
  if (asked.labels !== undefined) {
    const each = templatesOf(model).length
    return { labels: asked.labels.length, prompts: asked.labels.length * each }
  }
  if (asked.prompts !== undefined) {
    const prompts = Object.values(asked.prompts)
    return { labels: prompts.length, prompts: prompts.flat().length }
  }
  return { labels: setOf(model, asked)?.classes.length ?? 0, prompts: 0 }
}

/** Every text that will be encoded, in any order. */
export function promptsAsked(model: DualEncoderModel, asked: LabelsAsked): string[] {
  if (asked.labels !== undefined) {
    const templates = templatesOf(model)
    return asked.labels.flatMap((label) => fillTemplates(templates, label))
  }
  if (asked.prompts !== undefined) return Object.values(asked.prompts).flat()
  return setOf(model, asked)?.classes.flatMap(({ prompts, negatives = [] }) => [...prompts, ...negatives]) ?? []
}

function templatesOf({ spec }: DualEncoderModel): readonly string[] {
  const { mode, templates, negative_templates: negatives = [] } = spec.zero_shot?.free_labels ?? DEFAULT_FREE_LABELS
  return mode === 'pos-neg' ? [...templates, ...negatives] : templates
}

/** The set that would be read; none for a name that the pack does not know. */
function setOf({ spec }: DualEncoderModel, { labelSet }: LabelsAsked) {
  const sets = labelSetsOf(spec)
  const name = labelSet ?? spec.zero_shot?.default
  return name !== undefined && Object.hasOwn(sets, name) ? sets[name] : undefined
}
