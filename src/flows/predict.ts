import { AppError } from '../errors.js'
import type { Engine } from '../engine/engine.js'
import {
  classificationsTask,
  type ClassificationsInput,
  type ClassificationsResult,
} from '../families/dual-encoder/classifications.js'
import {
  embeddingsTask,
  type EmbeddingItem,
  type EmbeddingsInput,
  type EmbeddingsResult,
} from '../families/dual-encoder/embeddings.js'
import type { DualEncoderTask } from '../families/dual-encoder/model.js'
import {
  similaritiesTask,
  type SimilaritiesInput,
  type SimilaritiesResult,
} from '../families/dual-encoder/similarities.js'
import type { TaskName } from '../families/family.js'
import type { ImagePool, PreparedImage } from '../imaging/image-pool.js'
import type { Clock, Demand, Meter } from '../ports.js'
import { startTimings, type Answer, type TaskRequest, type Timings } from './answer.js'
import { withDeadline } from './deadline.js'
import type { LiveModel } from './live-model.js'
import type { Models } from './models.js'
import type { RowCache } from './row-cache.js'
import { createRunner } from './runner.js'

/** An encoded image file: PNG, JPEG, WebP or TIFF. */
export type EncodedImage = Uint8Array

/** A task's input with encoded images in place of prepared ones. */
type Encoded<Input> = Omit<Input, 'images'> & { readonly images: readonly EncodedImage[] }

export type EncodedItem =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly image: EncodedImage }
  | { readonly kind: 'study'; readonly images: readonly EncodedImage[] }

export type EmbeddingsRequest = TaskRequest &
  Omit<EmbeddingsInput, 'items'> & { readonly items: readonly EncodedItem[] }
export type SimilaritiesRequest = TaskRequest & Encoded<SimilaritiesInput>
export type ClassificationsRequest = TaskRequest & Encoded<ClassificationsInput>

/** The story of a request: resolve, admit, decode, prepare, batch and run, finish. */
export interface Predict {
  embeddings(request: EmbeddingsRequest): Promise<Answer<EmbeddingsResult>>
  similarities(request: SimilaritiesRequest): Promise<Answer<SimilaritiesResult>>
  classifications(request: ClassificationsRequest): Promise<Answer<ClassificationsResult>>
}

export interface PredictDeps {
  readonly models: Models
  readonly engine: Engine
  readonly images: ImagePool
  readonly rows: RowCache
  readonly meter: Meter
  readonly clock: Clock
}

export function createPredict(deps: PredictDeps): Predict {
  return {
    embeddings: (request) => {
      const files = request.items.flatMap(imagesOf)
      return answer(deps, {
        task: 'embeddings',
        request,
        files,
        steps: embeddingsTask,
        input: (prepared) => ({ ...request, items: fillItems(request.items, prepared) }),
      })
    },
    similarities: (request) =>
      answer(deps, {
        task: 'similarities',
        request,
        files: request.images,
        steps: similaritiesTask,
        input: (images) => ({ ...request, images }),
      }),
    classifications: (request) =>
      answer(deps, {
        task: 'classifications',
        request,
        files: request.images,
        steps: classificationsTask,
        input: (images) => ({ ...request, images }),
      }),
  }
}

interface Errand<Input, Prepared, Outputs, Result> {
  readonly task: TaskName
  readonly request: TaskRequest
  readonly files: readonly EncodedImage[]
  readonly steps: DualEncoderTask<Input, Prepared, Outputs, Result>
  input(prepared: readonly PreparedImage[]): Input
}

async function answer<Input, Prepared, Outputs, Result>(
  deps: PredictDeps,
  errand: Errand<Input, Prepared, Outputs, Result>,
): Promise<Answer<Result>> {
  const { id, slot } = await deps.models.find(errand.request.model, errand.task)
  // The permit first: a refusal must leave no timer behind.
  const permit = deps.engine.admit(id, errand.request.demand)
  const { demand, dispose } = withDeadline(errand.request.demand, deps.clock)
  try {
    const { model, release } = await slot.acquire(demand.signal)
    try {
      return await perform(deps, errand, model, demand)
    } finally {
      release()
    }
  } finally {
    permit.release()
    dispose()
  }
}

async function perform<Input, Prepared, Outputs, Result>(
  deps: PredictDeps,
  errand: Errand<Input, Prepared, Outputs, Result>,
  live: LiveModel,
  demand: Demand,
): Promise<Answer<Result>> {
  const timings = startTimings()
  const { dualEncoder } = live
  const images = await prepareImages(deps.images, errand.files, live, demand.signal, timings)
  const runner = createRunner(live, demand, deps)
  const prepareStart = deps.clock.nowMs()
  const prepared = errand.steps.prepare(dualEncoder, errand.input(images))
  timings.prepareMs += deps.clock.nowMs() - prepareStart
  const outputs = await errand.steps.program(dualEncoder, prepared, runner.run)
  timings.queueMs = runner.queueMs
  timings.runMs = runner.runMs
  const finishStart = deps.clock.nowMs()
  const result = errand.steps.finish(dualEncoder, prepared, outputs)
  timings.finishMs = deps.clock.nowMs() - finishStart
  observeStages(deps.meter, errand.task, timings)
  return { model: live.identity, result, timings, geometries: images.map((image) => image.geometry) }
}

async function prepareImages(
  pool: ImagePool,
  files: readonly EncodedImage[],
  live: LiveModel,
  signal: AbortSignal,
  timings: Timings,
): Promise<PreparedImage[]> {
  const images = await Promise.all(files.map((file) => pool.prepare(file, live.dualEncoder.spec.image, signal)))
  for (const { timings: spent } of images) {
    timings.decodeMs += spent.decodeMs
    timings.prepareMs += spent.prepareMs
  }
  return images
}

function imagesOf(item: EncodedItem): readonly EncodedImage[] {
  switch (item.kind) {
    case 'text':
      return []
    case 'image':
      return [item.image]
    case 'study':
      return item.images
  }
}

/** Puts the prepared images back where their files were, in order. */
function fillItems(items: readonly EncodedItem[], prepared: readonly PreparedImage[]): EmbeddingItem[] {
  let at = 0
  return items.map((item): EmbeddingItem => {
    if (item.kind === 'text') return item
    const count = imagesOf(item).length
    const own = prepared.slice(at, (at += count))
    if (item.kind === 'study') return { kind: 'study', images: own }
    const [image] = own
    if (image === undefined) throw new AppError('internal', 'An image was lost on the way. This is a bug.')
    return { kind: 'image', image }
  })
}

function observeStages(meter: Meter, task: TaskName, timings: Timings): void {
  for (const [stage, ms] of Object.entries(timings))
    meter.observe('radserve_stage_ms', ms as number, { task, stage: stage.slice(0, -2) })
}
