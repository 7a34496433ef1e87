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
import { promptsAsked } from '../families/dual-encoder/asked-prompts.js'
import type { DualEncoderModel, DualEncoderTask } from '../families/dual-encoder/model.js'
import {
  similaritiesTask,
  type SimilaritiesInput,
  type SimilaritiesResult,
} from '../families/dual-encoder/similarities.js'
import type { TaskName } from '../families/family.js'
import { checkFilmCount } from '../families/views/model.js'
import type { ImagePool, PreparedImage } from '../imaging/image-pool.js'
import type { Clock, Demand, Meter } from '../ports.js'
import { startTimings, type Answer, type TaskRequest } from './answer.js'
import { toldOf, watchFilms } from './film-watch.js'
import type { Gate } from './gate.js'
import { createGenerate, type Generate } from './generate.js'
import { checkLabelLimits, type LabelLimits } from './label-limits.js'
import { dualEncoderOf, type LiveModel } from './live-model.js'
import type { Models } from './models.js'
import { readTexts } from './read-texts.js'
import { createPrepared, type PreparedRequest, type PreparedResult } from './prepared.js'
import type { RowCache } from './row-cache.js'
import { createReport, type Report } from './report.js'
import { createRunner } from './runner.js'
import { createSegment, type SegmentationsRequest, type SegmentationsResult } from './segment.js'
import { observeStages, prepareImages, type EncodedImage } from './stages.js'
import { withModel } from './with-model.js'

export type { EncodedImage } from './stages.js'

/** A task's input with encoded images in place of prepared ones. */
type Encoded<Input> = Omit<Input, 'images'> & { readonly images: readonly EncodedImage[] }

export type EncodedItem =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly image: EncodedImage }
  | { readonly kind: 'study'; readonly images: readonly EncodedImage[] }

export type EmbeddingsRequest = TaskRequest &
  Omit<EmbeddingsInput, 'items'> & { readonly items: readonly EncodedItem[] }
export type SimilaritiesRequest = TaskRequest & Encoded<SimilaritiesInput>
export type ClassificationsRequest = TaskRequest & Encoded<ClassificationsInput> & { readonly limits?: LabelLimits }

/** The story of a request: resolve, admit, decode, prepare, batch and run, finish. */
export interface Predict extends Generate, Report {
  embeddings(request: EmbeddingsRequest): Promise<Answer<EmbeddingsResult>>
  similarities(request: SimilaritiesRequest): Promise<Answer<SimilaritiesResult>>
  classifications(request: ClassificationsRequest): Promise<Answer<ClassificationsResult>>
  segmentations(request: SegmentationsRequest): Promise<Answer<SegmentationsResult>>
  /** What a model is given of films. */
  prepared(request: PreparedRequest): Promise<Answer<PreparedResult>>
}

export interface PredictDeps {
  readonly models: Models
  readonly engine: Engine
  readonly images: ImagePool
  readonly rows: RowCache
  readonly gate: Gate
  readonly meter: Meter
  readonly clock: Clock
}

export function createPredict(deps: PredictDeps): Predict {
  const classifications: Predict['classifications'] = (request) =>
    answer(deps, {
      task: 'classifications',
      request,
      files: request.images,
      steps: classificationsTask,
      check: (model, id) => {
        checkLabelLimits(model, request)
        if (request.isStudy === true) checkStudy(model, request.images, id)
      },
      texts: (model) => promptsAsked(model, request),
      studies: request.isStudy === true ? [request.images.map((_, at) => at)] : [],
      input: (images) => ({ ...request, images }),
    })
  return {
    embeddings: (request) => {
      const files = request.items.flatMap(imagesOf)
      return answer(deps, {
        task: 'embeddings',
        request,
        files,
        steps: embeddingsTask,
        check: (model, id) => {
          for (const item of request.items) if (item.kind === 'study') checkStudy(model, item.images, id)
        },
        texts: () => request.items.flatMap((item) => (item.kind === 'text' ? [item.text] : [])),
        studies: studiesOf(request.items),
        input: (prepared) => ({ ...request, items: fillItems(request.items, prepared) }),
      })
    },
    similarities: (request) =>
      answer(deps, {
        task: 'similarities',
        request,
        files: request.images,
        steps: similaritiesTask,
        texts: () => request.texts,
        input: (images) => ({ ...request, images }),
      }),
    classifications,
    segmentations: createSegment(deps),
    prepared: createPrepared(deps),
    ...createGenerate(deps),
    ...createReport(deps, classifications),
  }
}

interface Errand<Input, Prepared, Outputs, Result> {
  readonly task: TaskName
  readonly request: TaskRequest
  readonly files: readonly EncodedImage[]
  readonly steps: DualEncoderTask<Input, Prepared, Outputs, Result>
  /** Throws where more is asked than the model takes, before anything is decoded. `id`: `name@version`. */
  check?(model: DualEncoderModel, id: string): void
  /** Every text that `prepare` will encode. */
  texts(model: DualEncoderModel): readonly string[]
  input(prepared: readonly PreparedImage[]): Input
  /** Indices of the files of each study. */
  readonly studies?: readonly (readonly number[])[]
}

function answer<Input, Prepared, Outputs, Result>(
  deps: PredictDeps,
  errand: Errand<Input, Prepared, Outputs, Result>,
): Promise<Answer<Result>> {
  return withModel(deps, errand.request, errand.task, (live, demand) => perform(deps, errand, live, demand))
}

async function perform<Input, Prepared, Outputs, Result>(
  deps: PredictDeps,
  errand: Errand<Input, Prepared, Outputs, Result>,
  live: LiveModel,
  demand: Demand,
): Promise<Answer<Result>> {
  const timings = startTimings()
  const { signal } = demand
  const readStart = deps.clock.nowMs()
  const opened = dualEncoderOf(live)
  errand.check?.(opened, live.id)
  const dualEncoder = await withTexts(opened, errand.texts(opened), { clock: deps.clock, signal })
  timings.prepareMs += deps.clock.nowMs() - readStart
  const images = await prepareImages(deps.images, errand.files, { spec: dualEncoder.spec.image, demand, timings })
  const unfit = deps.gate.check(images, { spec: dualEncoder.spec.image, studies: errand.studies ?? [] })
  const runner = createRunner(live, demand, deps)
  const prepareStart = deps.clock.nowMs()
  const prepared = errand.steps.prepare(dualEncoder, errand.input(images))
  timings.prepareMs += deps.clock.nowMs() - prepareStart
  const watch = watchFilms(runner, { components: dualEncoder.components, films: images, gate: deps.gate })
  const outputs = await errand.steps.program(dualEncoder, prepared, watch.run)
  timings.queueMs = runner.queueMs
  timings.runMs = runner.runMs
  const finishStart = deps.clock.nowMs()
  const result = errand.steps.finish(dualEncoder, prepared, outputs)
  timings.finishMs = deps.clock.nowMs() - finishStart
  observeStages(deps.meter, errand.task, timings)
  return { model: live.identity, result, timings, files: runner.files, ...toldOf(images, unfit, watch) }
}

/** The model with a tokenizer that knows the texts; as it is where it reads none. */
async function withTexts(
  model: DualEncoderModel,
  texts: readonly string[],
  turns: Parameters<typeof readTexts>[2],
): Promise<DualEncoderModel> {
  return model.tokenizer === undefined ? model : { ...model, tokenizer: await readTexts(model.tokenizer, texts, turns) }
}

function checkStudy(model: DualEncoderModel, films: readonly EncodedImage[], id: string): void {
  checkFilmCount(model, films.length, `The model ${id}`)
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

/** Where the films of each study lie among all files. */
function studiesOf(items: readonly EncodedItem[]): number[][] {
  let at = 0
  return items.flatMap((item) => {
    const own = imagesOf(item).map(() => at++)
    return item.kind === 'study' ? [own] : []
  })
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
