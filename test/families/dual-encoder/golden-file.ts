import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import assert from 'node:assert/strict'

export interface LocalGolden {
  readonly temperatures: Readonly<Record<string, number>>
  readonly logsumexp: readonly number[]
  readonly max: readonly number[]
  readonly mean: readonly number[]
  /** By image, then by text: [words, cells]. */
  readonly maps: readonly (readonly number[])[]
}

interface Columns {
  readonly prompt: string
  readonly columns: readonly number[]
}

interface GoldenFile {
  readonly dims: number
  readonly n_cells: number
  readonly slots: number
  readonly word_counts: readonly number[]
  readonly cells: readonly number[]
  readonly words: readonly (readonly number[])[]
  readonly gloria: LocalGolden
  readonly mgca: LocalGolden
  readonly 'cosine-grid': LocalGolden
  readonly compat: { readonly columns: number; readonly max: readonly number[]; readonly logsumexp: readonly number[] }
  readonly pieces: {
    readonly pieces: readonly string[]
    readonly tokens: readonly number[]
    readonly padding: readonly number[]
    readonly merged: readonly number[]
    readonly labels: readonly string[]
    readonly pool: Readonly<Record<'cls' | 'mean' | 'mean_with_zeros' | 'mean_with_pad', readonly number[]>>
    readonly compat: Columns
    readonly compat_long: Columns
  }
  readonly zero_shot: {
    readonly images: readonly number[]
    readonly texts: readonly number[]
    readonly classes: readonly (readonly number[])[]
    readonly max: readonly number[]
    readonly mean: readonly number[]
    readonly mean_of_embeddings: readonly number[]
    readonly reference: { readonly mean: readonly number[]; readonly std: readonly number[] }
    readonly zscore: readonly number[]
    readonly log_scale: number
    readonly logits: readonly number[]
    readonly softmax: readonly number[]
    readonly pair: readonly number[]
    readonly platt: { readonly a: number; readonly b: number; readonly probabilities: readonly number[] }
  }
  readonly combine: Readonly<Record<'global' | 'local' | 'mean' | 'weighted' | 'zscore', readonly number[]>>
  readonly prototypes: {
    readonly vectors: readonly number[]
    readonly centres: readonly number[]
    readonly temperature: number
    readonly probabilities: readonly number[]
  }
}

const path = resolve(import.meta.dirname, '../../fixtures/dual-encoder/goldens.json')

/** What plain PyTorch made of random tensors; see goldens.py beside the file. */
export const goldens = JSON.parse(readFileSync(path, 'utf8')) as GoldenFile

export const TOLERANCE = 1e-5

export function assertClose(found: ArrayLike<number>, expected: readonly number[], tolerance = TOLERANCE): void {
  assert.equal(found.length, expected.length)
  const worst = Math.max(0, ...expected.map((value, at) => Math.abs(value - found[at]!)))
  assert.ok(worst <= tolerance, `differs by ${worst}`)
}

/** Rows of `dims` numbers each. */
export function rowsOf(values: readonly number[], dims = goldens.dims): Float32Array[] {
  return Array.from({ length: values.length / dims }, (_, row) =>
    Float32Array.from(values.slice(row * dims, (row + 1) * dims)),
  )
}
