/** The films of studies become one vector and one memory each: by a mean, or by the pack's `view_fusion`. */
import { AppError } from '../../errors.js'
import { copyRows, l2Normalize, sliceRows } from '../../tensor/ops.js'
import { float32Data, type NamedTensors, type Tensor } from '../../tensor/tensor.js'
import type { GridSize } from '../dual-encoder/model.js'
import type { WantedFeatures } from '../dual-encoder/images.js'
import type { RunComponent } from '../family.js'
import { componentOf, feedsByKind, floats, hasInput, hasOutput, outputNames, outputsByKind } from '../graph-io.js'
import { mapRowGroups } from '../row-groups.js'
import { checkFilmCount, viewsOf } from './model.js'
import type { StudyFeatures, StudyFilms, ViewsModel, WantedFusion } from './model.js'
import { filmOrder, placesOf, type Place } from './places.js'

/** What the image tower must give of each film, so that it can be fused. */
export function filmFeatures(model: ViewsModel, wanted: WantedFusion): WantedFeatures {
  if (viewsOf(model).fusion === 'mean') return { global: wanted.global, local: false }
  const graph = componentOf(model, 'view_fusion')
  return { global: hasInput(graph, 'views_global'), local: hasInput(graph, 'views_local') }
}

/**
 * Fuses the films of each study. Studies that fill as many places share a run, whoever they are of; `features` must
 * hold what `filmFeatures` says. Throws `invalid_option` for no film or more than the pack takes and for patch weights
 * of a pack without them, `model_output_invalid` for weights that are no numbers, and whatever `run` throws.
 */
export async function fuseStudies(
  model: ViewsModel,
  studies: readonly StudyFilms[],
  wanted: WantedFusion,
  run: RunComponent,
): Promise<StudyFeatures[]> {
  const views = viewsOf(model)
  for (const { films } of studies) checkFilmCount(model, films.length)
  if (wanted.patchWeights) checkPatchWeights(model)
  if (views.fusion === 'mean') return studies.map((study) => meanOfFilms(study, filmOrder(views, study.films), wanted))
  const placed = studies.map((study) => ({ study, places: placesOf(views, study.films) }))
  return mapRowGroups(
    placed,
    ({ places }) => places.length,
    (rows) => fuseRows(model, rows, wanted, run),
  )
}

/** Throws `invalid_option` where the pack's fusion has no weight for each patch. */
export function checkPatchWeights(model: ViewsModel): void {
  if (viewsOf(model).fusion === 'graph' && hasOutput(model.components['view_fusion'], 'patch_weights')) return
  throw new AppError('invalid_option', 'This model has no weights of patches.')
}

/** Mean of the films' unit vectors, of unit length again; summed in `order`, so that any order gives the same bits. */
function meanOfFilms(
  { features, rows }: StudyFilms,
  order: readonly number[],
  wanted: Pick<WantedFusion, 'global'>,
): StudyFeatures {
  const viewWeights = new Float32Array(order.length).fill(1 / order.length)
  if (!wanted.global) return { viewWeights }
  const vectors = order.map((film) => features.global[rows[film]!]!)
  if (vectors.length === 1) return { global: vectors[0]!, viewWeights }
  const sum = new Float32Array(vectors[0]!.length)
  for (const vector of vectors) for (let d = 0; d < sum.length; d++) sum[d]! += vector[d]!
  return { global: l2Normalize(sum), viewWeights }
}

interface PlacedStudy {
  readonly study: StudyFilms
  readonly places: readonly Place[]
}

async function fuseRows(
  model: ViewsModel,
  rows: readonly PlacedStudy[],
  wanted: WantedFusion,
  run: RunComponent,
): Promise<StudyFeatures[]> {
  const graph = componentOf(model, 'view_fusion')
  const kinds = [
    ...(wanted.global ? ['global'] : []),
    ...(wanted.memory ? ['memory', 'memory_mask'] : []),
    'view_weights',
    ...(wanted.patchWeights ? ['patch_weights'] : []),
  ].filter((kind) => hasOutput(graph, kind))
  if (kinds.length === 0) return rows.map(() => ({}))
  const byKind: NamedTensors = {
    ...(hasInput(graph, 'views_global') ? { views_global: stackViews(rows, ({ features }) => features.raw) } : {}),
    ...(hasInput(graph, 'views_local')
      ? { views_local: stackViews(rows, ({ features }) => features.local?.cells) }
      : {}),
    view_mask: viewMask(rows),
  }
  const named = await run('view_fusion', feedsByKind(graph, byKind), outputNames(graph, kinds))
  const outputs = outputsByKind(graph, named)
  return rows.map((row, at) => studyFeatures(row, outputs, at))
}

/** The films' rows in their places, zeros where none stands: float32[studies, places, ...a film's dims]. */
function stackViews(rows: readonly PlacedStudy[], featureOf: (study: StudyFilms) => Tensor | undefined): Tensor {
  const [first] = rows
  const dims = featureOf(first!.study)?.dims.slice(1)
  if (dims === undefined) throw new AppError('internal', 'Films came to a fusion without what it reads. This is a bug.')
  const length = dims.reduce((product, dim) => product * dim, 1)
  const places = first!.places.length
  const data = new Float32Array(rows.length * places * length)
  rows.forEach(({ study, places: own }, row) => {
    const values = float32Data(featureOf(study)!)
    own.forEach((film, place) => {
      if (film === undefined) return
      const from = study.rows[film]! * length
      data.set(values.subarray(from, from + length), (row * places + place) * length)
    })
  })
  return floats([rows.length, places, ...dims], data)
}

/** float32[studies, places]: 1 where a film stands. */
function viewMask(rows: readonly PlacedStudy[]): Tensor {
  const present = rows.flatMap(({ places }) => places.map((film) => (film === undefined ? 0 : 1)))
  return floats([rows.length, rows[0]!.places.length], Float32Array.from(present))
}

function studyFeatures({ study, places }: PlacedStudy, outputs: NamedTensors, at: number): StudyFeatures {
  const rowOf = (kind: string): Float32Array | undefined => {
    const values = outputs[kind]
    return values && float32Data(sliceRows(values, at, at + 1))
  }
  const [global, weights, patches] = [rowOf('global'), rowOf('view_weights'), rowOf('patch_weights')]
  const { memory, memory_mask: mask } = outputs
  const grid: GridSize | undefined = study.features.local?.grid
  const cells = grid === undefined ? 0 : grid[0] * grid[1]
  const sums = (values: Float32Array, each: number): Float32Array[] => {
    if (values.length === places.length * each) return sumsOfFilms(values, places, study.films.length)
    throw new AppError('model_output_invalid', 'The fusion of the views gave weights of other views or patches.')
  }
  return {
    ...(global && { global: l2Normalize(global.slice()) }),
    ...(memory && { memory: copyRows(memory, at, at + 1) }),
    ...(mask && { memoryMask: copyRows(mask, at, at + 1) }),
    ...(weights && { viewWeights: Float32Array.from(sums(weights, 1), ([share]) => share!) }),
    ...(patches && { patchWeights: sums(patches, cells), ...(grid && { grid }) }),
  }
}

/** From float32[places, n] to float32[n] for each film as given: the sum over its places. */
function sumsOfFilms(values: Float32Array, places: readonly Place[], films: number): Float32Array[] {
  const length = values.length / places.length
  const sums = Array.from({ length: films }, () => new Float32Array(length))
  places.forEach((film, place) => {
    if (film === undefined) return
    const sum = sums[film]!
    for (let i = 0; i < length; i++) sum[i]! += values[place * length + i]!
  })
  if (sums.every((sum) => sum.every(Number.isFinite))) return sums
  throw new AppError('model_output_invalid', 'The fusion of the views gave weights that are no numbers.')
}
