/** Whether the text and a classifier of the same films say the same. */
import { AppError } from '../../errors.js'
import type { ClassificationsResult, ScoreKind } from '../dual-encoder/classifications.js'
import type { FindingState, StructuredFinding } from './findings.js'
import type { Generation } from './spec.js'

/** Scores that say yes or no by themselves, and from where on they say yes. Others only rank. */
const THRESHOLDS: Readonly<Partial<Record<ScoreKind, number>>> = {
  probability: 0.5,
  softmax: 0.5,
  sigmoid: 0.5,
  margin: 0,
}

export interface Agreement {
  /** Of the text, and of the classifier where it is called otherwise there. */
  readonly label: string
  readonly classifierLabel: string
  /** The greatest of the films. */
  readonly score: number
  readonly threshold: number
  readonly text: FindingState
  readonly classifier: 'present' | 'absent'
  /** A finding that the text does not mention and the classifier does not see is agreed on. */
  readonly agrees: boolean
}

/**
 * For each finding that the classifier has a label for (whatever its case). Throws `invalid_option` where it has none, or where
 * its scores say neither yes nor no and the pack has no threshold for them.
 */
export function compareFindings(
  { check }: Pick<Generation, 'check'>,
  findings: readonly StructuredFinding[],
  { items, scoreKind }: Pick<ClassificationsResult, 'items' | 'scoreKind'>,
): Agreement[] {
  const scores = new Map<string, { label: string; score: number }>()
  for (const { labels } of items) {
    for (const { label, score } of labels) {
      const known = scores.get(label.toLowerCase())
      if (known === undefined || score > known.score) scores.set(label.toLowerCase(), { label, score })
    }
  }
  const compared = findings.flatMap(({ label, state }): Agreement[] => {
    const found = scores.get((check?.labels?.[label] ?? label).toLowerCase())
    if (found === undefined) return []
    const threshold = check?.thresholds?.[label] ?? THRESHOLDS[scoreKind]
    if (threshold === undefined)
      throw new AppError('invalid_option', 'The scores of this label set say neither yes nor no.')
    const classifier = found.score >= threshold ? 'present' : 'absent'
    const agrees = (state === 'present') === (classifier === 'present')
    return [{ label, classifierLabel: found.label, score: found.score, threshold, text: state, classifier, agrees }]
  })
  if (compared.length > 0) return compared
  throw new AppError('invalid_option', 'The classifier has none of the labels that the text is read for.')
}
