import type { Measure } from './weighted.js'

/** Labels that stand in the truth and in the answer of each row. */
export interface LabelSets {
  readonly truth: readonly ReadonlySet<string>[]
  readonly said: readonly ReadonlySet<string>[]
}

/** 2TP / (2TP + FP + FN) of all labels of all rows together (micro average); NaN where neither has any. */
export function labelF1({ truth, said }: LabelSets): Measure {
  const hits = truth.map((labels, row) => [...labels].filter((label) => said[row]!.has(label)).length)
  return (weights) => {
    let [both, all] = [0, 0]
    for (let row = 0; row < truth.length; row++) {
      both += weights[row]! * hits[row]!
      all += weights[row]! * (truth[row]!.size + said[row]!.size)
    }
    return (2 * both) / all
  }
}

/** The sets with nothing but one label in them. */
export function onlyLabel({ truth, said }: LabelSets, label: string): LabelSets {
  const only = (labels: ReadonlySet<string>): ReadonlySet<string> => new Set(labels.has(label) ? [label] : [])
  return { truth: truth.map(only), said: said.map(only) }
}
