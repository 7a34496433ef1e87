/** Subtracted from the least score of the vocabulary: what an unknown character costs (SentencePiece `kUnkPenalty`). */
const UNKNOWN_PENALTY = 10

/** A piece and its log probability. */
export type ScoredPiece = readonly [piece: string, score: number]

interface TrieNode {
  readonly children: Map<string, TrieNode>
  /** Log probability of the piece that ends here. */
  score?: number
}

/**
 * The most probable cut of a word into pieces, neighbouring characters that no piece covers being one together. Of cuts that are
 * equally probable, the one whose last piece is longest: sums are float64 and compared as the reference does it
 * (`Unigram::encode_optimized` of Hugging Face's tokenizers 0.23), so that ties and near ties fall alike.
 */
export function createUnigram(vocabulary: readonly ScoredPiece[]): (word: string) => string[] {
  const root: TrieNode = { children: new Map() }
  for (const [piece, score] of vocabulary) insert(root, piece, score)
  const unknownScore = vocabulary.reduce((least, [, score]) => Math.min(least, score), Infinity) - UNKNOWN_PENALTY
  return (word) => {
    const chars = Array.from(word)
    const { begins, isKnown } = bestCut(root, chars, unknownScore)
    const pieces: string[] = []
    for (let end = chars.length; end > 0;) {
      let begin = begins[end]!
      while (isKnown[end] === 0 && begin > 0 && isKnown[begin] === 0) begin = begins[begin]!
      pieces.push(chars.slice(begin, end).join(''))
      end = begin
    }
    return pieces.reverse()
  }
}

function insert(root: TrieNode, piece: string, score: number): void {
  let node = root
  for (const char of piece) {
    const child = node.children.get(char) ?? { children: new Map() }
    node.children.set(char, child)
    node = child
  }
  node.score = score
}

interface Cut {
  /** For each position behind a character, where the last piece of the best cut up to there begins. */
  readonly begins: Int32Array
  /** Whether that piece is one of the vocabulary. */
  readonly isKnown: Uint8Array
}

function bestCut(root: TrieNode, chars: readonly string[], unknownScore: number): Cut {
  const begins = new Int32Array(chars.length + 1).fill(-1)
  const isKnown = new Uint8Array(chars.length + 1)
  const best = new Float64Array(chars.length + 1)
  const offer = (begin: number, end: number, score: number | undefined): void => {
    const sum = (score ?? unknownScore) + best[begin]!
    if (begins[end] !== -1 && sum <= best[end]!) return
    begins[end] = begin
    best[end] = sum
    isKnown[end] = score === undefined ? 0 : 1
  }
  for (let begin = 0; begin < chars.length; begin++) {
    let node = root.children.get(chars[begin]!)
    if (node?.score === undefined) offer(begin, begin + 1, undefined)
    for (let end = begin + 1; node !== undefined; end++) {
      if (node.score !== undefined) offer(begin, end, node.score)
      if (end === chars.length) break
      node = node.children.get(chars[end]!)
    }
  }
  return { begins, isKnown }
}
