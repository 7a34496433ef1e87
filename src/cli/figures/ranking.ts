import type { Measure } from './weighted.js'

/** How well scores put positives before negatives. */
export interface Ranking {
  /** Area under the ROC curve (Mann–Whitney's U over all pairs, ties count one half); NaN without both classes. */
  readonly auroc: Measure
  /** Sum over the distinct scores of precision times the recall gained (as scikit-learn's); NaN without positives. */
  readonly averagePrecision: Measure
}

/** Sorts once; each figure is then one pass over the rows. `scores` are finite. */
export function createRanking(scores: readonly number[], isPositive: readonly boolean[]): Ranking {
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!)
  /** Calls back once for each distinct score, the highest first, with the weights of its positives and negatives. */
  const scan = (weights: Float64Array, onScore: (positives: number, negatives: number) => void): void => {
    let [positives, negatives] = [0, 0]
    for (let at = 0; at < order.length; at++) {
      const row = order[at]!
      if (isPositive[row]) positives += weights[row]!
      else negatives += weights[row]!
      if (at + 1 < order.length && scores[order[at + 1]!] === scores[row]) continue
      onScore(positives, negatives)
      positives = negatives = 0
    }
  }
  return {
    auroc(weights) {
      let [above, below, area] = [0, 0, 0]
      scan(weights, (positives, negatives) => {
        area += negatives * (above + positives / 2)
        above += positives
        below += negatives
      })
      return area / (above * below)
    },
    averagePrecision(weights) {
      let [above, all, sum] = [0, 0, 0]
      scan(weights, (positives, negatives) => {
        above += positives
        all += positives + negatives
        if (positives > 0) sum += (positives * above) / all
      })
      return sum / above
    },
  }
}
