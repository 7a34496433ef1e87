/**
 * Precision at each k of `depths` of one query: the share of hits among the k candidates of the highest score
 * (ConVIRT, arXiv 2010.00747, section 4; GLoRIA, ICCV 2021, section 4.2). Candidates of equal score stay in their order.
 * `depths` are at most the number of candidates.
 */
export function precisionAt(scores: Float64Array, isHit: readonly boolean[], depths: readonly number[]): number[] {
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b)
  return depths.map((depth) => {
    let hits = 0
    for (let at = 0; at < depth; at++) if (isHit[order[at]!]) hits++
    return hits / depth
  })
}
