import type { Component } from '../component.js'
import { CHEXPERT_SETS } from './chexpert-prompts.js'
import { hasOutput } from '../graph-io.js'
import { scoreKindOf } from './local-scores.js'
import type { DualEncoderSpec } from './spec.js'
import type { Calibration, FreeLabels, LabelSet } from './zero-shot-spec.js'

/** What the schema of `zero_shot` cannot say. */
export function zeroShotFaults(spec: DualEncoderSpec, components: Readonly<Record<string, Component>>): string[] {
  const zeroShot = spec.zero_shot
  if (zeroShot === undefined) return []
  const sets = { ...CHEXPERT_SETS, ...zeroShot.sets }
  const isDefaultKnown = zeroShot.default === undefined || Object.hasOwn(sets, zeroShot.default)
  const free = zeroShot.free_labels
  return [
    ...(isDefaultKnown ? [] : ['The default label set does not exist.']),
    ...Object.entries(zeroShot.sets).flatMap(([name, set]) =>
      [...readingFaults(set, spec, components), ...classFaults(set)].map((fault) => `Label set ${name}: ${fault}`),
    ),
    ...(free === undefined ? [] : freeFaults(free, spec, components).map((fault) => `Free labels: ${fault}`)),
  ]
}

function readingFaults(
  set: LabelSet | FreeLabels,
  { score }: DualEncoderSpec,
  components: Readonly<Record<string, Component>>,
): string[] {
  const faults: string[] = []
  const needsLocal = set.similarity === 'local' || set.similarity === 'both'
  if (needsLocal && score.local === undefined) faults.push('it is scored locally, which the pack cannot.')
  if (set.prompt_aggregation === 'mean_of_embeddings' && (needsLocal || score.global === 'none')) {
    faults.push('mean_of_embeddings is of global vectors.')
  }
  if (set.mode !== 'multiclass' && set.activation === 'softmax') {
    faults.push('softmax is for labels that compete; the softmax of a pair is the sigmoid of its difference.')
  }
  const aggregate = set.local_aggregate
  if (aggregate !== undefined && !hasOutput(components['similarity'], scoreKindOf(aggregate))) {
    faults.push(`the similarity graph has no output of kind ${scoreKindOf(aggregate)}.`)
  }
  return faults
}

function classFaults(set: LabelSet): string[] {
  const { classes, mode, class_norm: norm } = set
  const faults: string[] = []
  if (new Set(classes.map(({ label }) => label)).size < classes.length) faults.push('a label is there twice.')
  if (mode === 'pos-neg' && classes.some(({ negatives }) => negatives === undefined)) {
    faults.push('a class has no negatives.')
  }
  if (norm === 'zscore-reference' && (mode === 'pos-neg' || classes.some(({ reference }) => reference === undefined))) {
    faults.push('zscore-reference needs a reference of each class, and is not for pos-neg.')
  }
  if (set.activation === 'softmax' && classes.length < 2) faults.push('softmax needs two classes or more.')
  const curves = classes.flatMap(({ calibration }) => (calibration === undefined ? [] : [calibration]))
  if (curves.length > 0 && curves.length < classes.length) faults.push('some classes are calibrated and some are not.')
  if (!curves.every(isSoundCurve)) faults.push('an isotonic table does not rise.')
  return faults
}

function isSoundCurve(curve: Calibration): boolean {
  if (curve.kind === 'platt') return true
  const { logits, probabilities } = curve
  const rises = (values: readonly number[], isStrict: boolean): boolean =>
    values.every((value, at) => at === 0 || (isStrict ? value > values[at - 1]! : value >= values[at - 1]!))
  return logits.length === probabilities.length && rises(logits, true) && rises(probabilities, false)
}

function freeFaults(
  free: FreeLabels,
  spec: DualEncoderSpec,
  components: Readonly<Record<string, Component>>,
): string[] {
  const hasNegatives = free.mode !== 'pos-neg' || free.negative_templates !== undefined
  return [...readingFaults(free, spec, components), ...(hasNegatives ? [] : ['negative_templates are missing.'])]
}
