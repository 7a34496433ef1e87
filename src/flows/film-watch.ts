import type { Component } from '../families/component.js'
import { specOfKind } from '../families/tensor-specs.js'
import type { RunComponent } from '../families/family.js'
import { componentOf } from '../families/graph-io.js'
import { outlierReads, outlierScores, scoresOf } from '../families/outlier.js'
import type { PreparedImage } from '../imaging/image-pool.js'
import type { Tensor, TensorData } from '../tensor/tensor.js'
import { readFilm, type Answer } from './answer.js'
import type { Gate, UnfitFilm } from './gate.js'
import type { Runner } from './runner.js'

export interface FilmWatch {
  /** As the one that was given; the image encoder's rows are looked at by the pack's outlier graph before they are handed on. */
  readonly run: RunComponent
  /** By film as given; `undefined` for one that the encoder was not run on. Empty where the pack does not tell. */
  readonly scores: readonly (number | undefined)[]
  /** Where the gate only warns. */
  readonly unfit: readonly UnfitFilm[]
}

export interface Watched {
  readonly components: Readonly<Record<string, Component>>
  readonly films: readonly Pick<PreparedImage, 'pixels'>[]
  readonly gate: Pick<Gate, 'outliers'>
}

/**
 * Lets the gate hear how unlike each film is to what the pack knows, out of the very run that the answer is made of: no task
 * has to know of it, and no film is encoded twice. The run throws `image_unfit` where the gate enforces.
 */
export function watchFilms(
  { run, runAndRead }: Pick<Runner, 'run' | 'runAndRead'>,
  { components, films, gate: { outliers } }: Watched,
): FilmWatch {
  const isTold = outliers !== undefined && components['outlier'] !== undefined && films.length > 0
  if (!isTold) return { run, scores: [], unfit: [] }
  const reader = { role: 'outlier', ...outlierReads(components) }
  const pixels = specOfKind(componentOf({ components }, 'image_encoder').inputs, 'pixels')!.name
  const scores = new Array<number | undefined>(films.length).fill(undefined)
  const unfit: UnfitFilm[] = []
  const watched: RunComponent = async (role, feeds, outputs) => {
    if (role !== 'image_encoder') return run(role, feeds, outputs)
    const { given, read } = await runAndRead(role, feeds, outputs, reader)
    const found = read ? scoresOf(components, read) : await outlierScores(components, given, run)
    const own = new Array<number | undefined>(films.length).fill(undefined)
    filmsOfRows(feeds[pixels]!, films).forEach((ofRow, row) => {
      for (const film of ofRow) own[film] = scores[film] = found[row]!
    })
    unfit.push(...outliers.check(own))
    return given
  }
  return { run: watched, scores, unfit }
}

/** What an answer says of its films. `unfit`: by what their files say. */
export function toldOf(
  images: readonly PreparedImage[],
  unfit: readonly UnfitFilm[],
  watch: FilmWatch,
): Pick<Answer<unknown>, 'geometries' | 'films' | 'unfit' | 'outlierScores'> {
  return {
    geometries: images.map(({ geometry }) => geometry),
    films: images.map(readFilm),
    unfit: [...unfit, ...watch.unfit],
    ...(watch.scores.length > 0 && { outlierScores: watch.scores }),
  }
}

/** Which films each row is made of, by their bytes: a program may order and fill its rows as it likes. */
function filmsOfRows(rows: Tensor, films: Watched['films']): number[][] {
  const all = bytesOf(rows)
  const count = rows.dims[0]!
  const length = all.length / count
  return Array.from({ length: count }, (_, row) => {
    const own = all.subarray(row * length, (row + 1) * length)
    return films.flatMap(({ pixels }, film) => (own.equals(bytesOf(pixels)) ? [film] : []))
  })
}

function bytesOf({ data }: Tensor): Buffer {
  const { buffer, byteOffset, byteLength }: TensorData = data
  return Buffer.from(buffer, byteOffset, byteLength)
}
