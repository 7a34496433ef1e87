/** A merge: what two neighbouring pieces become, and which merges go before it. */
interface Merge {
  readonly rank: number
  readonly id: number
}

export interface BpeModel {
  readonly vocab: Readonly<Record<string, number>>
  /** Pairs of pieces, or both with a space between, in the order in which they are applied. */
  readonly merges: readonly (string | readonly [string, string])[]
  readonly end_of_word_suffix?: string | null
}

/** Pairs of ids as one key; a vocabulary has fewer pieces. */
const PAIR_BASE = 2 ** 26
/** A rank and a position as one key that sorts by both; a word has fewer characters. */
const PLACE_BASE = 2 ** 26

const REMOVED = -2
const UNKNOWN = -1

/**
 * Byte-pair encoding of one word: of all neighbours the pair of the lowest rank is merged first, of equal ones the
 * leftmost, until none is left (`Word::merge_all` of Hugging Face's tokenizers). Characters without a piece stay.
 */
export function createBpe({ vocab, merges, end_of_word_suffix: suffix }: BpeModel): (word: string) => string[] {
  const ids = new Map(Object.entries(vocab))
  const pieces = new Map([...ids].map(([piece, id]) => [id, piece]))
  const mergeOf = readMerges(ids, merges)
  return (word) => {
    const chars = Array.from(word)
    if (chars.length === 0) return []
    chars[chars.length - 1]! += suffix ?? ''
    const found = mergeAll(
      Int32Array.from(chars, (char) => ids.get(char) ?? UNKNOWN),
      mergeOf,
    )
    const kept: string[] = []
    found.forEach((id, at) => {
      if (id !== REMOVED) kept.push(id === UNKNOWN ? chars[at]! : pieces.get(id)!)
    })
    return kept
  }
}

function readMerges(ids: ReadonlyMap<string, number>, merges: BpeModel['merges']): ReadonlyMap<number, Merge> {
  const found = new Map<number, Merge>()
  merges.forEach((merge, rank) => {
    const [left, right] = typeof merge === 'string' ? (merge.split(' ', 2) as [string, string]) : merge
    const [a, b, id] = [ids.get(left), ids.get(right), ids.get(left + right)]
    if (a !== undefined && b !== undefined && id !== undefined) found.set(a * PAIR_BASE + b, { rank, id })
  })
  return found
}

/** Ids of the pieces at the places where each begins; the places that it took over are `REMOVED`. */
function mergeAll(ids: Int32Array, mergeOf: ReadonlyMap<number, Merge>): Int32Array {
  const { length } = ids
  const before = Int32Array.from(ids, (_, at) => at - 1)
  const behind = Int32Array.from(ids, (_, at) => at + 1)
  const queue: number[] = []
  const mergeAt = (at: number): Merge | undefined => {
    const next = behind[at]!
    return at < 0 || next >= length ? undefined : mergeOf.get(ids[at]! * PAIR_BASE + ids[next]!)
  }
  const offer = (at: number): void => {
    const merge = mergeAt(at)
    if (merge !== undefined) push(queue, merge.rank * PLACE_BASE + at)
  }
  for (let at = 0; at < length - 1; at++) offer(at)
  while (queue.length > 0) {
    const key = pop(queue)
    const at = key % PLACE_BASE
    const merge = ids[at] === REMOVED ? undefined : mergeAt(at)
    // The pair that was offered may be gone: one of its pieces has been merged with its other neighbour.
    if (merge === undefined || merge.rank !== (key - at) / PLACE_BASE) continue
    const taken = behind[at]!
    ids[at] = merge.id
    ids[taken] = REMOVED
    behind[at] = behind[taken]!
    if (behind[at] < length) before[behind[at]] = at
    offer(before[at]!)
    offer(at)
  }
  return ids
}

/** A binary heap, the least number first. */
function push(heap: number[], key: number): void {
  let at = heap.length
  heap.push(key)
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (heap[parent]! <= key) break
    heap[at] = heap[parent]!
    at = parent
  }
  heap[at] = key
}

function pop(heap: number[]): number {
  const least = heap[0]!
  const key = heap.pop()!
  if (heap.length === 0) return least
  let at = 0
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++
    if (heap[child]! >= key) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = key
  return least
}
