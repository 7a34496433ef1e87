import { AppError } from '../errors.js'
import type { TaskName } from '../families/family.js'
import type { Geometry } from '../imaging/geometry.js'
import type { PreparedImage } from '../imaging/image-pool.js'
import type { PngSource } from '../imaging/raster.js'
import { levelSteps, valueSteps, type ImageSpec, type ValueStep } from '../imaging/steps.js'
import { readFilm, startTimings, type Answer, type TaskRequest } from './answer.js'
import { withDeadline } from './deadline.js'
import type { PredictDeps } from './predict.js'
import { prepareImages, type EncodedImage } from './stages.js'

/** The tasks whose models read films as they are given; a sampler makes its films of any size. */
export const FILM_TASKS = [
  'classifications',
  'similarities',
  'embeddings',
  'segmentations',
  'reports',
] as const satisfies readonly TaskName[]
export type FilmTask = (typeof FILM_TASKS)[number]

export interface PreparedRequest extends TaskRequest {
  /** Whose default model is meant where none is named; left out, that of classifications. */
  readonly task?: FilmTask
  readonly images: readonly EncodedImage[]
}

/** One film as its model is given it. */
export interface PreparedFilm {
  /** PNG of the levels before any scaling: gray where the steps made gray, else RGB. */
  readonly png: Uint8Array
  readonly channels: 1 | 3
  /** Of the tensor, [1, channels, height, width]: gray may be repeated there. */
  readonly dims: readonly number[]
  readonly geometry: Geometry
}

export interface PreparedResult {
  readonly items: readonly PreparedFilm[]
  /** What makes numbers of the levels after the pixels that are shown, in order; most packs do it inside the graph. */
  readonly valueSteps: readonly ValueStep[]
}

/**
 * Films decoded and prepared exactly as the pack's steps say, without a run: the model need not be loaded. Takes one of the
 * model's places like any request, and the gate looks at the films.
 */
export function createPrepared(deps: PredictDeps) {
  return async (request: PreparedRequest): Promise<Answer<PreparedResult>> => {
    const { id } = await deps.models.find(request.model, taskOf(request))
    const permit = deps.engine.admit(id, request.demand)
    const { demand, dispose } = withDeadline(request.demand, deps.clock)
    try {
      return await perform(deps, { ...request, demand }, id)
    } finally {
      permit.release()
      dispose()
    }
  }
}

/** A model that is named may do one of the tasks or another. */
function taskOf({ model, task }: PreparedRequest): FilmTask | undefined {
  return task ?? (model === undefined ? 'classifications' : undefined)
}

async function perform(
  deps: PredictDeps,
  { images: files, demand }: PreparedRequest,
  id: string,
): Promise<Answer<PreparedResult>> {
  const timings = startTimings()
  const { manifest, digest } = await deps.models.pack(id)
  // Checked when the manifest was read; families whose models read no films have none.
  const spec = manifest['image'] as ImageSpec | undefined
  if (spec === undefined) throw new AppError('task_not_supported', `The model ${id} has no preprocessing of films.`)
  const shown = { ...spec, steps: levelSteps(spec) }
  const images = await prepareImages(deps.images, files, { spec: shown, demand, timings })
  const unfit = deps.gate.check(images, { spec })
  const finishStart = deps.clock.nowMs()
  const items = await Promise.all(images.map((image) => drawFilm(deps, image, { spec, signal: demand.signal })))
  timings.finishMs = deps.clock.nowMs() - finishStart
  return {
    model: { name: manifest.name, version: manifest.version, digest },
    result: { items, valueSteps: valueSteps(spec) },
    timings,
    geometries: images.map(({ geometry }) => geometry),
    films: images.map(readFilm),
    unfit,
  }
}

async function drawFilm(
  { images }: PredictDeps,
  { pixels, geometry, source }: PreparedImage,
  { spec, signal }: { readonly spec: ImageSpec; readonly signal: AbortSignal },
): Promise<PreparedFilm> {
  const isGray = spec.steps.some(({ op }) => op === 'gray')
  const channels = isGray ? 1 : 3
  const { width, height } = geometry.prepared
  // Without scale and normalize the steps give uint8; of repeated gray the first plane is all there is to see.
  const data = (pixels.data as Uint8Array).subarray(0, width * height * channels)
  const picture: PngSource = { width, height, channels, data, ...(!isGray && { isPlanar: true }) }
  return { png: await images.png(picture, signal, source), channels, dims: pixels.dims, geometry }
}
