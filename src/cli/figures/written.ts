import { corpusBleu, tokenize13a } from './bleu.js'
import { labelF1, onlyLabel, type LabelSets } from './label-f1.js'
import { rouge } from './rouge.js'
import { meanOf, type Measure } from './weighted.js'

/** Texts that were written, the references beside them, and the labels of both where they are known. */
export interface Written {
  readonly said: readonly string[]
  readonly references: readonly string[]
  readonly labels?: LabelSets
}

/** The measures of a report's text by name, in the order in which they are shown. */
export function textMeasures({ said, references, labels }: Written): Readonly<Record<string, Measure>> {
  const rouges = said.map((text, row) => rouge(text, references[row]!))
  return {
    ...(labels && { label_f1: labelF1(labels) }),
    exact: meanOf(said.map((text, row) => Number(text === references[row]))),
    token_accuracy: tokenAccuracy(said, references),
    bleu: corpusBleu(said, references),
    rouge1: meanOf(rouges.map(({ rouge1 }) => rouge1)),
    rouge2: meanOf(rouges.map(({ rouge2 }) => rouge2)),
    rougeL: meanOf(rouges.map(({ rougeL }) => rougeL)),
  }
}

/** F1 of each label that stands in the truth or in an answer. */
export function labelMeasures(labels: LabelSets): Readonly<Record<string, Measure>> {
  const names = [...new Set([...labels.truth, ...labels.said].flatMap((set) => [...set]))].sort()
  return Object.fromEntries(names.map((name) => [name, labelF1(onlyLabel(labels, name))]))
}

/** Words and signs (13a) that are the reference's at the same place, out of the longer text's, over all rows. */
function tokenAccuracy(said: readonly string[], references: readonly string[]): Measure {
  const counts = said.map((text, row) => {
    const [a, b] = [tokenize13a(text), tokenize13a(references[row]!)]
    return { right: a.filter((token, at) => token === b[at]).length, all: Math.max(a.length, b.length) }
  })
  return (weights) => {
    let [right, all] = [0, 0]
    counts.forEach((row, at) => {
      right += weights[at]! * row.right
      all += weights[at]! * row.all
    })
    return all === 0 ? NaN : right / all
  }
}
