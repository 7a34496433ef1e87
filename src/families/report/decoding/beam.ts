/**
 * Beam search as `generate` of Hugging Face's transformers does it, by default and with its options (`_beam_search` of
 * `generation/utils.py`): the same candidates, the same end.
 */
import {
  NOTHING,
  type Beam,
  type Decoding,
  type DecodingFrame,
  type Hypothesis,
  type Search,
  type Written,
} from './decoding.js'
import { createScores, logNormalizer } from './scores.js'
import { bestCandidates, type Candidate, type ScoredRow } from './candidates.js'

export interface BeamOptions {
  readonly beams: number
  /** A whole text's score is Σ log p / tokens^penalty: above 0 longer texts gain, below 0 shorter ones. */
  readonly lengthPenalty: number
  /**
   * `true`: as soon as there are as many whole texts as beams. `false`: when the best text on its way would not do better
   * if it ended now. `never`: when it could not do better however long it grew.
   */
  readonly earlyStopping: boolean | 'never'
}

function begin(): Search {
  return { kind: 'beam', running: [{ ...NOTHING, score: 0, parent: -1 }], whole: [], isDone: false }
}

/** From its beginning where there is no `search`. */
export function createBeam(frame: DecodingFrame, options: BeamOptions, search: Search = begin()): Decoding {
  const scoresOf = createScores()
  return {
    state: search,
    get rows() {
      if (search.isDone) return []
      return search.running.map(({ tokens, parent }) => ({ tokens: [frame.begin, ...tokens], parent }))
    },
    accept(logits) {
      const rows = search.running.map(({ tokens, score }, at): ScoredRow => {
        const shift = logNormalizer(logits[at]!)
        const scores = scoresOf(at, logits[at]!, shift)
        for (const rule of frame.rules) rule(scores, [frame.begin, ...tokens])
        return { score, scores, logits: logits[at]!, shift }
      })
      advance(search, bestCandidates(rows, 2 * options.beams), { frame, options, rows })
    },
    get settled() {
      return search.isDone ? search.whole[0]! : commonStart([...search.running, ...search.whole.slice(0, 1)])
    },
    get best() {
      return search.whole[0] ?? { ...search.running[0]! }
    },
  }
}

interface Step {
  readonly frame: DecodingFrame
  readonly options: BeamOptions
  readonly rows: readonly ScoredRow[]
}

/** `candidates`: best first, twice as many as beams, so that there are enough to go on with if every beam ends. */
function advance(search: Search, candidates: readonly Candidate[], { frame, options, rows }: Step): void {
  const { running } = search
  const tokens = running[0]!.tokens.length + 1
  const isLast = tokens === frame.maxTokens
  const extend = ({ row, token, score }: Candidate): Beam => {
    const { logits, shift } = rows[row]!
    return {
      tokens: [...running[row]!.tokens, token],
      logProbabilities: [...running[row]!.logProbabilities, logits[token]! - shift],
      ...{ score, parent: row },
    }
  }
  const isWhole = ({ token }: Candidate): boolean => isLast || token === frame.end
  const { beams, lengthPenalty, earlyStopping } = options
  // Only what is among the best as many as beams may end.
  const ended = candidates
    .slice(0, beams)
    .filter(isWhole)
    .map((candidate): Hypothesis => {
      const { tokens: all, logProbabilities, score } = extend(candidate)
      const end = candidate.token === frame.end ? 'stop' : 'length'
      return { tokens: all, logProbabilities, end, score: score / tokens ** lengthPenalty }
    })
  search.whole = [...search.whole, ...ended].sort((a, b) => b.score - a.score).slice(0, beams)
  search.running = candidates
    .filter((candidate) => !isWhole(candidate))
    .slice(0, beams)
    .map(extend)
  const isFull = search.whole.length === beams
  const worst = isFull ? search.whole.at(-1)!.score : -Infinity
  const most = earlyStopping === 'never' && lengthPenalty > 0 ? frame.maxTokens : tokens
  const canImprove = search.running.length > 0 && search.running[0]!.score / most ** lengthPenalty > worst
  search.isDone = !canImprove || (isFull && earlyStopping === true)
}

function commonStart(texts: readonly Written[]): Written {
  const [first] = texts
  if (first === undefined) return NOTHING
  let length = 0
  while (length < first.tokens.length && texts.every(({ tokens }) => tokens[length] === first.tokens[length])) length++
  return { tokens: first.tokens.slice(0, length), logProbabilities: first.logProbabilities.slice(0, length) }
}
