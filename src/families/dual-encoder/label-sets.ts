import { AppError } from '../../errors.js'
import { CHEXPERT_SETS } from './chexpert-prompts.js'
import { DEFAULT_FREE_LABELS, fillTemplates } from './free-labels.js'
import { hasOutput } from '../graph-io.js'
import { scoreKindOf } from './local-scores.js'
import type { DualEncoderModel } from './model.js'
import { resolveMode } from './scores.js'
import { isReadable } from './texts.js'
import type { Activation, Calibration, FreeLabels, LabelSet, LocalAggregate, MeanStd } from './zero-shot-spec.js'
import type { PromptAggregation, SimilarityMode, ZeroShotMode } from './zero-shot-spec.js'

/** The labels of one request and how their scores are read: the pack's set, or what the caller made up. */
export interface Reading {
  readonly labels: readonly ReadLabel[]
  readonly mode: ZeroShotMode
  readonly similarity: SimilarityMode
  readonly aggregate: LocalAggregate | undefined
  readonly promptAggregation: PromptAggregation
  readonly activation: Activation
  readonly temperature: number
  readonly labelSet?: string
  readonly note?: string
}

export interface ReadLabel {
  readonly label: string
  readonly prompts: readonly string[]
  /** Empty unless the mode is `pos-neg`. */
  readonly negatives: readonly string[]
  readonly reference?: MeanStd | undefined
  readonly calibration?: Calibration | undefined
}

export interface LabelsAsked {
  readonly labelSet?: string
  readonly labels?: readonly string[]
  readonly prompts?: Readonly<Record<string, readonly string[]>>
  readonly promptAggregation?: PromptAggregation
  readonly activation?: Activation
}

/** The sets that a request can name: the pack's own first, then those that every dual encoder has. */
export function labelSetsOf(spec: DualEncoderModel['spec']): Readonly<Record<string, LabelSet>> {
  return { ...CHEXPERT_SETS, ...spec.zero_shot?.sets }
}

/** Throws `invalid_option` where the labels cannot be read as asked. */
export function readLabels(model: DualEncoderModel, asked: LabelsAsked): Reading {
  const given = [asked.labelSet, asked.labels, asked.prompts].filter((way) => way !== undefined)
  if (given.length > 1) throw invalid('Give one of label_set, labels and prompts.')
  const reading =
    asked.labels !== undefined
      ? freeReading(model, asked.labels)
      : asked.prompts !== undefined
        ? promptReading(model, asked.prompts)
        : setReading(model, asked.labelSet)
  return withActivation(withAggregation(model, reading, asked.promptAggregation), asked.activation)
}

function setReading(model: DualEncoderModel, asked: string | undefined): Reading {
  const name = asked ?? model.spec.zero_shot?.default
  if (name === undefined) throw invalid('This model has no default label set: name one, or give labels or prompts.')
  const sets = labelSetsOf(model.spec)
  const set = Object.hasOwn(sets, name) ? sets[name] : undefined
  if (set === undefined) throw invalid(`This model has no such label set; it has ${Object.keys(sets).join(', ')}.`)
  return {
    ...settingsOf(model, set),
    labelSet: name,
    ...(set.note === undefined ? {} : { note: set.note }),
    labels: set.classes.map((item) => ({
      label: item.label,
      prompts: item.prompts,
      negatives: set.mode === 'pos-neg' ? (item.negatives ?? []) : [],
      reference: set.class_norm === 'zscore-reference' ? item.reference : undefined,
      calibration: item.calibration,
    })),
  }
}

function settingsOf(model: DualEncoderModel, set: LabelSet | FreeLabels): Omit<Reading, 'labels'> {
  const averages = set.prompt_aggregation === 'mean_of_embeddings'
  return {
    mode: set.mode,
    similarity: resolveMode(model, set.similarity ?? (averages ? 'global' : undefined)),
    aggregate: knownAggregate(model, set.local_aggregate),
    promptAggregation: set.prompt_aggregation,
    activation: set.activation,
    temperature: set.temperature ?? 1,
  }
}

/** The sets that every pack has ask for an aggregate that not every similarity graph gives: the pack's own is used then. */
function knownAggregate(
  { components }: DualEncoderModel,
  asked: LocalAggregate | undefined,
): LocalAggregate | undefined {
  return asked !== undefined && hasOutput(components['similarity'], scoreKindOf(asked)) ? asked : undefined
}

/** Labels that the caller makes up: each by itself, against generated negatives, so that one does not move another. */
function freeReading(model: DualEncoderModel, labels: readonly string[]): Reading {
  refuseLabels(labels)
  const { zero_shot: zeroShot, score } = model.spec
  const similarity = score.global === 'none' ? 'local' : 'global'
  const free = zeroShot?.free_labels ?? { ...DEFAULT_FREE_LABELS, similarity }
  // A cleaner may leave nothing of a one-word prompt (GLoRIA's drops those): the other templates then speak.
  const written = (templates: readonly string[], label: string): string[] => {
    const prompts = fillTemplates(templates, label)
    const readable = prompts.filter((prompt) => isReadable(model, prompt))
    return readable.length > 0 ? readable : prompts
  }
  return {
    ...settingsOf(model, free),
    labels: labels.map((label) => ({
      label,
      prompts: written(free.templates, label),
      negatives: free.mode === 'pos-neg' ? written(free.negative_templates ?? [], label) : [],
    })),
  }
}

/** Labels with the caller's own prompts compete with each other; one alone has nothing to compete with. */
function promptReading(model: DualEncoderModel, prompts: Readonly<Record<string, readonly string[]>>): Reading {
  const labels = Object.entries(prompts)
  refuseLabels(labels.map(([label]) => label))
  if (labels.some(([, texts]) => texts.length === 0)) throw invalid('A label has no prompts.')
  return {
    mode: 'multiclass',
    similarity: resolveMode(model, undefined),
    aggregate: undefined,
    promptAggregation: 'mean',
    activation: labels.length > 1 ? 'softmax' : 'none',
    temperature: 1,
    labels: labels.map(([label, texts]) => ({ label, prompts: texts, negatives: [] })),
  }
}

function refuseLabels(labels: readonly string[]): void {
  if (labels.length === 0) throw invalid('There are no labels.')
  if (new Set(labels).size < labels.length) throw invalid('A label is there twice.')
  if (labels.some((label) => label.trim() === '')) throw new AppError('invalid_text', 'A label is empty.')
}

function withAggregation(model: DualEncoderModel, reading: Reading, asked: PromptAggregation | undefined): Reading {
  if (asked === undefined || asked === reading.promptAggregation) return reading
  if (reading.labels.some((label) => label.reference !== undefined)) {
    throw invalid('The reference statistics of this label set hold for its own prompt_aggregation only.')
  }
  const similarity = asked === 'mean_of_embeddings' ? resolveMode(model, 'global') : reading.similarity
  return { ...uncalibrated(reading), promptAggregation: asked, similarity }
}

/** Softmax compares the labels with each other: negatives are left out then. A calibration is for its set as stored. */
function withActivation(reading: Reading, asked: Activation | undefined): Reading {
  if (asked === undefined) return reading
  const read = { ...uncalibrated(reading), activation: asked }
  if (asked !== 'softmax') return read
  if (reading.labels.length < 2) throw invalid('softmax compares labels: it needs two or more.')
  return { ...read, mode: 'multiclass', labels: read.labels.map((label) => ({ ...label, negatives: [] })) }
}

function uncalibrated(reading: Reading): Reading {
  return { ...reading, labels: reading.labels.map((label) => ({ ...label, calibration: undefined })) }
}

function invalid(message: string): AppError {
  return new AppError('invalid_option', message)
}
