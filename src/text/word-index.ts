import type { PieceJoins } from './tokenizer-file.js'

interface Frame {
  readonly prefix: number
  readonly suffix: number
  readonly joins: PieceJoins
}

/** For each piece the index of the word that it belongs to, -1 for the special tokens around the text. */
export function wordIndices(pieces: readonly string[], { prefix, suffix, joins }: Frame): Int32Array {
  const indices = new Int32Array(pieces.length).fill(-1)
  let word = -1
  for (let at = prefix; at < pieces.length - suffix; at++) {
    if (at === prefix || startsWord(pieces[at]!, pieces[at - 1]!, joins)) word += 1
    indices[at] = word
  }
  return indices
}

function startsWord(piece: string, before: string, joins: PieceJoins): boolean {
  switch (joins.kind) {
    case 'continues':
      return !piece.startsWith(joins.mark)
    case 'begins':
      return piece.startsWith(joins.mark)
    case 'ends':
      return before.endsWith(joins.mark)
  }
}
