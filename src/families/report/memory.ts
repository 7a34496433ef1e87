/** What the decoder attends to: the films of a study, fused by the pack's graph or cell by cell one film after the other. */
import { AppError } from '../../errors.js'
import { areFinite } from '../../tensor/ops.js'
import { float32Data, type Tensor } from '../../tensor/tensor.js'
import type { StudyWarning } from '../dual-encoder/expected-view.js'
import { embedImages, stackPixels, type ImageFeatures } from '../dual-encoder/images.js'
import type { PixelRow } from '../dual-encoder/model.js'
import { embedFilms, prepareStudy, type EmbeddedStudy } from '../dual-encoder/studies.js'
import type { RunComponent } from '../family.js'
import { componentOf, floats, hasInput } from '../graph-io.js'
import { checkPatchWeights, filmFeatures, fuseStudies } from '../views/fuse.js'
import { checkFilmCount, viewShares, viewsOf, type ViewShares } from '../views/model.js'
import { addFilms, filmOrder } from '../views/places.js'
import type { ReportModel } from './model.js'

export interface StudyMemory extends ViewShares {
  /** float32[1, positions, dims] */
  readonly memory: Tensor
  /** float32[1, positions]: 1 where the memory is to be read; for a decoder that takes it. */
  readonly mask?: Tensor
  /** Of films that look like another view than the pack was made for; absent where it does not say how they look. */
  readonly filmWarnings?: readonly StudyWarning[]
}

/** A pack without `views` reads one film. Throws `invalid_option` for none and for more than it takes. */
export function checkStudy({ spec }: Pick<ReportModel, 'spec'>, films: number, subject?: string): void {
  const views = { max: 1, fusion: 'mean', fill: 'none', order: 'independent' } as const
  checkFilmCount({ spec: { views: spec.views ?? views } }, films, subject)
}

/** Throws `invalid_option`, `model_output_invalid`, and whatever `run` throws. */
export async function readStudy(
  model: ReportModel,
  films: readonly PixelRow[],
  wantsPatches: boolean,
  run: RunComponent,
): Promise<StudyMemory> {
  checkStudy(model, films.length)
  if (wantsPatches) checkPatchWeights(model)
  const { images, rows, study } = await readFilms(model, films, wantsPatches, run)
  const warned = study.warnings && { filmWarnings: study.warnings }
  if (viewsOf(model).fusion === 'mean') return { ...gridsOf(model, images, rows), ...warned }
  const { memory, memoryMask: mask } = study
  if (memory === undefined) throw new AppError('internal', 'A fusion of views gave no memory. This is a bug.')
  return { memory: finite(memory), ...(mask && { mask }), ...viewShares(study), ...warned }
}

interface ReadFilms {
  readonly images: ImageFeatures
  /** Of `images`, in the order in which films are read. */
  readonly rows: readonly number[]
  readonly study: EmbeddedStudy
}

/** A pack that has a text tower may say how its films should look. */
async function readFilms(
  model: ReportModel,
  films: readonly PixelRow[],
  patchWeights: boolean,
  run: RunComponent,
): Promise<ReadFilms> {
  const fusion = { global: false, memory: true, patchWeights }
  const isGraph = viewsOf(model).fusion === 'graph'
  const cells = { global: false, local: !isGraph }
  if (model.dual !== undefined) {
    const prepared = prepareStudy(model.dual, films, fusion)
    const { images, studies } = await embedFilms(model.dual, prepared, cells, run)
    return { images, rows: inOrder(model, films, prepared.studies[0]!.rows), study: studies[0]! }
  }
  const stack: PixelRow[] = []
  const rows = addFilms(viewsOf(model), films, stack)
  const images = await embedImages(model, stackPixels(stack), isGraph ? filmFeatures(model, fusion) : cells, run)
  const fused = isGraph ? await fuseStudies(model, [{ films, rows, features: images }], fusion, run) : []
  return { images, rows: inOrder(model, films, rows), study: fused[0] ?? {} }
}

function inOrder(model: ReportModel, films: readonly PixelRow[], rows: readonly number[]): number[] {
  return filmOrder(viewsOf(model), films).map((film) => rows[film]!)
}

/**
 * The films' cells one after the other. Where the decoder takes a mask there are places for as many films as the pack takes,
 * so that studies of any number of films share its runs.
 */
function gridsOf(model: ReportModel, { local }: ImageFeatures, rows: readonly number[]): StudyMemory {
  const { cells } = local!
  const [, count, dims] = cells.dims as [number, number, number]
  const isMasked = hasInput(componentOf(model, 'decoder_step'), 'memory_mask')
  const places = isMasked ? (model.spec.views?.max ?? 1) : rows.length
  const data = new Float32Array(places * count * dims)
  rows.forEach((row, place) => {
    const from = row * count * dims
    data.set(float32Data(cells).subarray(from, from + count * dims), place * count * dims)
  })
  const memory = finite(floats([1, places * count, dims], data))
  if (!isMasked) return { memory }
  const mask = new Float32Array(places * count).fill(1, 0, rows.length * count)
  return { memory, mask: floats([1, places * count], mask) }
}

function finite(memory: Tensor): Tensor {
  if (areFinite(float32Data(memory))) return memory
  throw new AppError('model_output_invalid', 'The films gave values that are no numbers.')
}
