/** What the decoder attends to: the films of a study, fused by the pack's graph or cell by cell one film after the other. */
import { AppError } from '../../errors.js'
import { float32Data, type Tensor } from '../../tensor/tensor.js'
import { embedImages, stackPixels } from '../dual-encoder/images.js'
import type { GridSize, PixelRow } from '../dual-encoder/model.js'
import type { RunComponent } from '../family.js'
import { componentOf, floats, hasInput } from '../graph-io.js'
import { filmFeatures, fuseStudies } from '../views/fuse.js'
import { checkFilmCount, viewsOf, type StudyFilms } from '../views/model.js'
import { filmOrder, placesOf } from '../views/places.js'
import type { ReportModel } from './model.js'

export interface StudyMemory {
  /** float32[1, positions, dims] */
  readonly memory: Tensor
  /** float32[1, positions]: 1 where the memory is to be read; for a decoder that takes it. */
  readonly mask?: Tensor
  /** Share of each film as given; none where the films are not weighed. */
  readonly viewWeights?: Float32Array
  /** float32[cells] for each film as given, and the rows and columns of the cells. */
  readonly patchWeights?: readonly Float32Array[]
  readonly grid?: GridSize
}

/** A pack without `views` reads one film. Throws `invalid_option` for none and for more than it takes. */
export function checkStudy({ spec }: Pick<ReportModel, 'spec'>, films: number): void {
  if (spec.views !== undefined || films === 0) checkFilmCount({ spec }, films)
  else if (films > 1) throw new AppError('invalid_option', `This model reads one film, and the study has ${films}.`)
}

export async function readStudy(
  model: ReportModel,
  films: readonly PixelRow[],
  wantsPatches: boolean,
  run: RunComponent,
): Promise<StudyMemory> {
  checkStudy(model, films.length)
  const isGraph = viewsOf(model).fusion === 'graph'
  const order = filmOrder(viewsOf(model), films)
  const pixels = stackPixels(order.map((film) => films[film]!))
  const wanted = isGraph ? filmFeatures(model) : { global: false, local: true }
  const features = await embedImages(model, pixels, wanted, run)
  const study: StudyFilms = { films, features, rows: films.map((_, film) => order.indexOf(film)) }
  if (!isGraph) return gridsOf(model, study)
  const [found] = await fuseStudies(model, [study], { global: false, memory: true, patchWeights: wantsPatches }, run)
  const { memory, memoryMask, viewWeights, patchWeights, grid } = found!
  if (memory === undefined) throw new AppError('internal', 'A fusion of views gave no memory. This is a bug.')
  return {
    memory: finite(memory),
    ...(memoryMask && { mask: memoryMask }),
    ...(viewWeights && { viewWeights }),
    ...(patchWeights && { patchWeights }),
    ...(grid && { grid }),
  }
}

/** The films' cells one after the other, in the places that the pack has for them. */
function gridsOf(model: ReportModel, { films, features, rows }: StudyFilms): StudyMemory {
  const { cells, grid } = features.local!
  const [, count, dims] = cells.dims as [number, number, number]
  const places = placesOf(viewsOf(model), films)
  const data = new Float32Array(places.length * count * dims)
  const mask = new Float32Array(places.length * count)
  places.forEach((film, place) => {
    if (film === undefined) return
    const from = rows[film]! * count * dims
    data.set(float32Data(cells).subarray(from, from + count * dims), place * count * dims)
    mask.fill(1, place * count, (place + 1) * count)
  })
  const positions = places.length * count
  const takesMask = hasInput(componentOf(model, 'decoder_step'), 'memory_mask')
  return {
    memory: finite(floats([1, positions, dims], data)),
    ...(takesMask && { mask: floats([1, positions], mask) }),
    grid,
  }
}

function finite(memory: Tensor): Tensor {
  if (float32Data(memory).every(Number.isFinite)) return memory
  throw new AppError('model_output_invalid', 'The films gave values that are no numbers.')
}
