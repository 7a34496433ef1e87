/** A service small enough to be computed by hand: vectors of letter counts, no packs, no lanes, no image decoder. */
import { createStatistics } from '../../src/engine/statistics.js'
import { AppError } from '../../src/errors.js'
import type { Answer, TaskRequest } from '../../src/flows/answer.js'
import type { Catalogue, ModelCard } from '../../src/flows/catalogue.js'
import type { EncodedItem, Predict } from '../../src/flows/predict.js'
import type { HttpServices } from '../../src/http/services.js'
import { OPEN_IDENTITY } from '../../src/identity/identity.js'
import { lateralityOf } from '../../src/families/segmentation/laterality.js'
import type { Segmentation, SegmentationsRequest } from '../../src/flows/segment.js'
import { segmentFilm } from '../../src/imaging/mask/segment.js'
import { identityGeometry } from '../../src/imaging/geometry.js'
import { encodePicture } from '../../src/imaging/mark/marked-picture.js'
import { silentAudit, silentMeter, systemClock, type Demand } from '../../src/ports.js'
import { dot, l2Normalize } from '../../src/tensor/ops.js'
import type { Tensor } from '../../src/tensor/tensor.js'
import { createUnopenedIndexes, createUnopenedJobs } from './tiny-jobs.js'
import { createTinyGenerate, type TinyGenerate } from './tiny-generate.js'
import { createTinyReport, type TinyReport } from './tiny-report.js'

export const TINY_DIGEST = 'd'.repeat(64)
export const TINY_DIMENSIONS = 8
const DISPLAY = { smoothSigma: 0, range: 'word' } as const
const GRID = [2, 2] as const
const MODEL = { name: 'tiny', version: '1.0.0', digest: TINY_DIGEST }

export interface TinyServices extends HttpServices {
  /** Demands of the requests that reached a flow, in order. */
  readonly demands: Demand[]
  /** A flow waits for this before it answers. */
  gate: Promise<unknown>
  readonly generate: TinyGenerate
  readonly report: TinyReport
}

export function createTinyServices(overrides: Partial<HttpServices> = {}): TinyServices {
  const demands: Demand[] = []
  const tasks = createTinyTasks(async (demand) => {
    demands.push(demand)
    await services.gate
  })
  const services: TinyServices = {
    demands,
    gate: Promise.resolve(),
    ...tasks,
    indexes: createUnopenedIndexes(tasks.predict),
    catalogue: createTinyCatalogue(),
    jobs: createUnopenedJobs(),
    images: {
      overlay: (bytes, map) =>
        Promise.resolve(Uint8Array.from([0x89, 0x50, bytes.length, ...map.grid.data.map((value) => value * 100)])),
      heatMap: (map) => Promise.resolve(Uint8Array.from([0x89, 0x50, map.grid.width, map.grid.height])),
      picture: encodePicture,
    },
    metrics: { contentType: 'text/plain; version=0.0.4', text: () => Promise.resolve('up 1\n') },
    identity: OPEN_IDENTITY,
    audit: silentAudit,
    servers: new Map(),
    meter: silentMeter,
    clock: systemClock,
    version: '0.0.0-test',
    ...overrides,
  }
  return services
}

/** Letter counts (a to h) of a text, or bytes modulo 8 of an image. */
export function tinyVector(input: string | Uint8Array): Float32Array {
  const vector = new Float32Array(TINY_DIMENSIONS)
  for (const code of typeof input === 'string' ? Buffer.from(input.toLowerCase()) : input)
    vector[code % TINY_DIMENSIONS]!++
  return l2Normalize(vector)
}

function createTinyTasks(
  enter: (demand: Demand) => Promise<void>,
): Pick<TinyServices, 'predict' | 'generate' | 'report'> {
  const frame = async (request: TaskRequest) => {
    await enter(request.demand)
    if (request.model !== undefined && !/^tiny(@1\.0\.0)?$/.test(request.model))
      throw new AppError('model_not_found', `There is no model ${request.model} in the store.`)
    return { model: MODEL, timings: { decodeMs: 1, prepareMs: 2, queueMs: 3, runMs: 4.25, finishMs: 0.5 } }
  }
  const answer = async <Result>(
    request: TaskRequest,
    result: () => Result,
    images: number,
  ): Promise<Answer<Result>> => {
    const geometries = Array.from({ length: images }, () => identityGeometry({ width: 4, height: 4 }))
    return { ...(await frame(request)), result: result(), geometries }
  }
  const generate = createTinyGenerate(frame)
  const report = createTinyReport(frame)
  const predict: Predict = {
    embeddings: (request) =>
      answer(
        request,
        () => ({ items: request.items.map((item) => embed(item, request)), usage: usage(textsOf(request.items)) }),
        0,
      ),
    similarities: (request) =>
      answer(
        request,
        () => ({
          items: request.images.flatMap((bytes, image) =>
            request.texts.map((words, text) => {
              const global = dot(tinyVector(bytes), tinyVector(words))
              const map = {
                words: words.split(' '),
                values: wordCells(words),
                grid: GRID,
                kind: 'attention' as const,
                display: DISPLAY,
              }
              return { image, text, score: global, global, ...(request.maps === true && { map }) }
            }),
          ),
          usage: usage(request.texts),
        }),
        request.images.length,
      ),
    classifications: (request) =>
      answer(
        request,
        () => ({
          items: request.images.slice(0, request.isStudy === true ? 1 : undefined).map((bytes, image) => {
            const labels = request.labels ?? Object.keys(request.prompts ?? { normal: [] })
            const scored = labels.map((label) => {
              const logit = dot(tinyVector(bytes), tinyVector(label))
              const map = {
                values: new Float32Array([0.1, 0.2, 0.3, 0.4]),
                grid: GRID,
                kind: 'cosine' as const,
                display: DISPLAY,
                text: label,
              }
              return { label, score: logit, logit, ...(request.maps === true && { map }) }
            })
            return { image, labels: scored.sort((a, b) => b.score - a.score) }
          }),
          scoreKind: 'cosine' as const,
          usage: usage(request.labels ?? []),
        }),
        request.images.length,
      ),
    segmentations: async (request) => {
      const pairs = request.images.flatMap((_, image) => request.texts.map((__, text) => ({ image, text })))
      const items = await Promise.all(pairs.map((pair, at) => outline(request, pair, at)))
      return answer(request, () => ({ items, usage: usage(request.texts) }), request.images.length)
    },
    prepared: (request) => {
      const png = Uint8Array.of(0x89, 0x50)
      const film = {
        png,
        channels: 1 as const,
        dims: [1, 1, 4, 4],
        geometry: identityGeometry({ width: 4, height: 4 }),
      }
      return answer(request, () => ({ items: request.images.map(() => film), valueSteps: [] }), request.images.length)
    },
    ...generate,
    ...report,
  }
  return { predict, generate, report }
}

/** The right half of a film of 4x4 for "left", the left half for all else: a real mask of a map of two cells. */
async function outline(
  request: SegmentationsRequest,
  { image, text }: { image: number; text: number },
  at: number,
): Promise<Segmentation> {
  const { threshold = 0.5, parts, spacingMm, truths, patientLeft = 'image_right' } = request
  const words = request.texts[text]!.split(' ')
  const isLeft = words.includes('left')
  const size = { width: 4, height: 4 }
  const segment = await segmentFilm(
    {
      grid: { data: isLeft ? Float32Array.of(0, 1) : Float32Array.of(1, 0), width: 2, height: 1 },
      geometry: identityGeometry(size),
      threshold,
      cleaning: { fillHoles: request.fillHoles ?? false, minAreaPx: request.minAreaPx ?? 0 },
      parts: parts.filter((part) => part !== 'overlay'),
      ...(spacingMm && { spacingMm }),
      ...(truths && { truth: truths[at]! }),
    },
    { imageBytes: 1e6, imagePixels: 1e6 },
  )
  return {
    ...segment,
    ...(spacingMm && { spacing: { mm: spacingMm, source: 'request' as const } }),
    ...{ image, text, threshold, words: { used: words.slice(0, 3), filled: 0, cut: words.slice(3) } },
    ...(parts.includes('overlay') && { overlay: Uint8Array.of(0x89, 0x50, request.images[image]!.length) }),
    warnings: isLeft ? [] : [{ code: 'unknown_text' as const, detail: 'It says nothing of left.' }],
    regions: segment.regions.map((region) => ({
      ...region,
      laterality: lateralityOf(region.centroid, size, patientLeft),
    })),
  }
}

function embed(item: EncodedItem, { level, dimensions }: { level?: 'global' | 'local'; dimensions?: number }) {
  const source = item.kind === 'text' ? item.text : item.kind === 'image' ? item.image : item.images[0]!
  if (item.kind === 'text' && item.text === '') throw new AppError('invalid_text', 'The text has no tokens.')
  if (dimensions !== undefined && dimensions > TINY_DIMENSIONS)
    throw new AppError('invalid_option', `The model has ${TINY_DIMENSIONS} dimensions.`)
  const vector = l2Normalize(tinyVector(source).slice(0, dimensions))
  if (level !== 'local' || item.kind === 'study') return { kind: item.kind, level: 'global' as const, vector }
  const vectors = Float32Array.from([...vector, ...vector])
  const where = item.kind === 'image' ? { grid: [1, 2] as const } : { words: ['first', 'second'] }
  return { kind: item.kind, level: 'local' as const, vectors, dimensions: vector.length, ...where }
}

function wordCells(words: string): Float32Array {
  return Float32Array.from(words.split(' ').flatMap((_, index) => [0, 0.25, 0.5, 0.25 + index]))
}

function textsOf(items: readonly EncodedItem[]): string[] {
  return items.flatMap((item) => (item.kind === 'text' ? [item.text] : []))
}

function usage(texts: readonly string[]) {
  return { tokens: texts.reduce((sum, text) => sum + text.length, 0), truncated: 0 }
}

const file = (name: string) => ({ file: name, sha256: '0'.repeat(64), bytes: 100 })

/** Two runs of three requests, of which one more was cancelled and one failed. */
export const TINY_COUNTS = createStatistics()
TINY_COUNTS.execution(['tiny'], { rows: 4, steps: 1, queueMs: 1, inputMs: 0.25, runMs: 15, outputMs: 0.5 })
TINY_COUNTS.execution(['tiny'], { rows: 2, steps: 1, queueMs: 0.5, inputMs: 0.25, runMs: 5, outputMs: 0.5 })
for (const rows of [3, 1, 2]) TINY_COUNTS.end('tiny', 'success', rows, 20)
TINY_COUNTS.end('tiny', 'fail', 1, 7)
TINY_COUNTS.end('tiny', 'cancel', 1, 3)

/** Two graphs: `double` gives twice its input, `add` the sum of two. */
const TINY_CARD: ModelCard = {
  digest: TINY_DIGEST,
  createdMs: 1_700_000_000_999,
  state: 'ready',
  devices: ['cpu'],
  defaultFor: ['embeddings', 'similarities', 'classifications'],
  manifest: {
    schema: 1,
    name: 'tiny',
    version: '1.0.0',
    family: 'dual-encoder',
    tasks: ['embeddings', 'similarities', 'classifications'],
    title: 'Letter counts',
    source: { repository: 'here' },
    licence: { weights: 'CC0-1.0', gated: false, commercial_use: true },
    intended_use: 'Tests.',
    not_for: 'Anything else.',
    limitations: ['It can only count.'],
    evaluation: [{ data: 'none', split: 'test', n: 1, metric: 'auroc', value: 0.5, interval: [0.4, 0.6] }],
    files: [],
    components: {
      double: {
        ...file('double.onnx'),
        precision: 'fp32',
        inputs: [{ name: 'x', dtype: 'float32', dims: ['n', 2], kind: 'x' }],
        outputs: [{ name: 'y', dtype: 'float32', dims: ['n', 2], kind: 'y' }],
        max_batch: 16,
      },
      add: {
        ...file('add.onnx'),
        precision: 'fp32',
        inputs: [
          { name: 'a', dtype: 'int64', dims: ['n'], kind: 'a' },
          { name: 'b', dtype: 'int64', dims: ['n'], kind: 'b' },
        ],
        outputs: [{ name: 'sum', dtype: 'int64', dims: ['n'], kind: 'sum' }],
      },
    },
    zero_shot: { sets: { findings: { title: 'Findings', classes: [{ label: 'normal' }, { label: 'effusion' }] } } },
  },
}

function createTinyCatalogue(): Catalogue {
  let state: ModelCard['state'] = 'ready'
  const card = () => ({ ...TINY_CARD, state })
  const find = (reference: string) => {
    if (!/^tiny(@1\.0\.0)?$/.test(reference))
      throw new AppError('model_not_found', 'There is no such model in the store.')
    return card()
  }
  return {
    list: () => Promise.resolve([card()]),
    show: (reference) => Promise.resolve().then(() => find(reference)),
    card: (reference) =>
      Promise.resolve().then(() => {
        find(reference)
        return { model: MODEL, markdown: '# Letter counts', picture: () => Promise.resolve(undefined) }
      }),
    load: async (reference) => {
      await Promise.resolve()
      state = 'ready'
      return find(reference)
    },
    unload: async (reference) => {
      await Promise.resolve()
      find(reference)
      state = 'unloaded'
    },
    index: () => Promise.resolve([{ name: 'tiny', version: '1.0.0', state, reason: undefined }]),
    statistics: () => Promise.resolve([{ name: 'tiny', version: '1.0.0', ...TINY_COUNTS.of('tiny') }]),
    checkRoom: () => Promise.resolve(),
    unreadiness: () => (state === 'ready' ? [] : ['The default model tiny is unloaded.']),
    infer: ({ component, inputs }) => {
      const timings = { decodeMs: 0, prepareMs: 0, queueMs: 1, runMs: 2, finishMs: 0 }
      const outputs = component === 'double' ? { y: double(inputs['x']!) } : { sum: add(inputs['a']!, inputs['b']!) }
      return Promise.resolve({ model: MODEL, outputs, timings })
    },
  }
}

function double(x: Tensor): Tensor {
  return { ...x, data: (x.data as Float32Array).map((value) => value * 2) }
}

function add(a: Tensor, b: Tensor): Tensor {
  const other = b.data as BigInt64Array
  return { ...a, data: (a.data as BigInt64Array).map((value, index) => value + other[index]!) }
}
