/** Random features of films and what plain PyTorch made of their studies; see test/fixtures/packs/studies.py. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { StudyFilms } from '../../../src/families/views/model.js'
import { l2Normalize } from '../../../src/tensor/ops.js'
import { tensor } from '../../../src/tensor/tensor.js'

interface StudyGolden {
  readonly films: number
  readonly vectors: readonly number[]
  readonly patches: readonly number[]
  readonly global: readonly number[]
  readonly memory: readonly number[]
  readonly view_weights: readonly number[]
  readonly patch_weights: readonly number[]
}

interface StudyGoldens {
  readonly cells: number
  readonly dims: number
  readonly cell_dims: number
  readonly studies: readonly StudyGolden[]
}

export function readStudyGoldens(name: string): StudyGoldens {
  const path = resolve(import.meta.dirname, `../../fixtures/views/${name}.json`)
  return JSON.parse(readFileSync(path, 'utf8')) as StudyGoldens
}

/** The study of a golden with its films in the order `given`: their pixels say the order of the golden. */
export function studyOf(goldens: StudyGoldens, at: number, given?: readonly number[]): StudyFilms {
  const { cells, dims, cell_dims: cellDims } = goldens
  const { films, vectors, patches } = goldens.studies[at]!
  const rows = given ?? Array.from({ length: films }, (_, film) => film)
  const raw = tensor('float32', [films, dims], Float32Array.from(vectors))
  const global = rows.map((_, film) => l2Normalize(Float32Array.from(vectors.slice(film * dims, (film + 1) * dims))))
  const side = Math.sqrt(cells)
  return {
    films: rows.map((film) => ({ pixels: tensor('uint8', [1, 1, 1, 2], Uint8Array.of(film, 255 - film)) })),
    features: {
      global,
      raw,
      local: { cells: tensor('float32', [films, cells, cellDims], Float32Array.from(patches)), grid: [side, side] },
    },
    rows,
  }
}
