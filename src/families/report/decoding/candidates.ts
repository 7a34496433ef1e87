/** The best continuations of some beams. */

export interface ScoredRow {
  /** Of the beam so far. */
  readonly score: number
  /** As the decoder gave them, float32[vocabulary]; less `shift` they are logarithms of probabilities. */
  readonly logits: Float32Array
  readonly shift: number
  /** Logarithms of probabilities, −∞ for what the rules bar. */
  readonly scores: Float64Array
}

export interface Candidate {
  readonly row: number
  readonly token: number
  /** Of the beam with this token. */
  readonly score: number
}

/** The best `count` of all rows and tokens, best first; of equal ones the earlier. Barred tokens are none. */
export function bestCandidates(rows: readonly ScoredRow[], count: number): Candidate[] {
  const best: Candidate[] = []
  let least = -Infinity
  rows.forEach(({ score: before, scores }, row) => {
    for (let token = 0; token < scores.length; token++) {
      const score = before + scores[token]!
      if (score <= least) continue
      let at = best.length
      while (at > 0 && best[at - 1]!.score < score) at--
      best.splice(at, 0, { row, token, score })
      if (best.length > count) best.pop()
      if (best.length === count) least = best[count - 1]!.score
    }
  })
  return best
}
