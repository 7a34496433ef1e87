import { sliceRows } from '../../tensor/ops.js'
import { float32Data, type NamedTensors, type Tensor } from '../../tensor/tensor.js'
import type { RunComponent } from '../family.js'
import { componentOf, feedsByKind, floats, kindOf, outputNames, outputsByKind } from '../graph-io.js'
import type { DualEncoderModel } from './model.js'
import type { WeightedWords } from './word-weights.js'
import type { LocalAggregate } from './zero-shot-spec.js'

/**
 * Bytes of the maps that one run of the similarity graph makes: images · texts · words · cells · 4. The graph holds
 * about four arrays of that size and two of images · texts · words · dims · 4 at its peak.
 */
export const MAX_MAP_BYTES = 64 * 1024 * 1024

export interface LocalScores {
  /** float32[images, texts]; the local score of a text that has no word is 0. */
  readonly scores: Float32Array
  /** For each image and then each text: float32[words, cells]; absent when not wanted. */
  readonly maps?: readonly (readonly Float32Array[])[]
}

export interface LocalRequest {
  /** float32[images, cells, dims] */
  readonly cells: Tensor
  readonly texts: readonly WeightedWords[]
  readonly aggregate: LocalAggregate
  readonly wantsMaps: boolean
  /** For tests; left out, `MAX_MAP_BYTES`. */
  readonly maxMapBytes?: number
}

/** The kind of the similarity graph's output that holds this aggregate. */
export function scoreKindOf(aggregate: LocalAggregate): string {
  return aggregate === 'graph' ? 'score' : `score_${aggregate}`
}

/** Scores every image against the words of every text, in as many runs as the bound on memory asks for. */
export async function localScores(
  model: DualEncoderModel,
  request: LocalRequest,
  run: RunComponent,
): Promise<LocalScores> {
  const { cells, texts, wantsMaps } = request
  const images = cells.dims[0]!
  const scores = new Float32Array(images * texts.length)
  const maps = Array.from({ length: images }, () => new Array<Float32Array>(texts.length))
  // One after the other: the bound is on what is in flight, and a cancelled request ends between two.
  for (const chunk of chunksOf(request)) {
    const outputs = await runChunk(model, request, chunk, run)
    const found = float32Data(kindOf(outputs, scoreKindOf(request.aggregate)))
    const width = chunk.toText - chunk.fromText
    for (let image = chunk.fromImage; image < chunk.toImage; image++) {
      const row = (image - chunk.fromImage) * width
      scores.set(found.subarray(row, row + width), image * texts.length + chunk.fromText)
      if (!wantsMaps) continue
      for (let text = chunk.fromText; text < chunk.toText; text++) {
        maps[image]![text] = mapOf(kindOf(outputs, 'maps'), row + text - chunk.fromText, texts[text]!.labels.length)
      }
    }
  }
  return wantsMaps ? { scores, maps } : { scores }
}

interface Chunk {
  readonly fromImage: number
  readonly toImage: number
  readonly fromText: number
  readonly toText: number
  /** Word slots: those of the longest text in it. */
  readonly words: number
}

/** Texts are taken while all images fit with them; where not even one text does, images are divided too. */
function* chunksOf({ cells, texts, maxMapBytes = MAX_MAP_BYTES }: LocalRequest): Generator<Chunk> {
  const images = cells.dims[0]!
  const bytesOf = (rows: number, words: number): number => images * rows * words * cells.dims[1]! * 4
  let fromText = 0
  while (fromText < texts.length) {
    let words = texts[fromText]!.labels.length
    let toText = fromText + 1
    while (toText < texts.length) {
      const wider = Math.max(words, texts[toText]!.labels.length)
      if (bytesOf(toText + 1 - fromText, wider) > maxMapBytes) break
      words = wider
      toText++
    }
    const step = Math.max(
      1,
      Math.min(images, Math.floor((images * maxMapBytes) / Math.max(1, bytesOf(toText - fromText, words)))),
    )
    for (let fromImage = 0; fromImage < images; fromImage += step) {
      yield { fromImage, toImage: Math.min(images, fromImage + step), fromText, toText, words: Math.max(1, words) }
    }
    fromText = toText
  }
}

async function runChunk(
  model: DualEncoderModel,
  request: LocalRequest,
  chunk: Chunk,
  run: RunComponent,
): Promise<NamedTensors> {
  const component = componentOf(model, 'similarity')
  const kinds = [scoreKindOf(request.aggregate), ...(request.wantsMaps ? ['maps'] : [])]
  const feeds = feedsByKind(component, {
    cells: sliceRows(request.cells, chunk.fromImage, chunk.toImage),
    ...wordFeeds(request.texts.slice(chunk.fromText, chunk.toText), chunk.words),
    ...temperatures(model),
  })
  return outputsByKind(component, await run('similarity', feeds, outputNames(component, kinds)))
}

/** words float32[texts, words, dims], word_mask and word_weights float32[texts, words]; a zero column of compat-chars is a word. */
function wordFeeds(texts: readonly WeightedWords[], words: number): NamedTensors {
  const dims = texts[0]!.dims
  const vectors = new Float32Array(texts.length * words * dims)
  const mask = new Float32Array(texts.length * words)
  const weights = new Float32Array(texts.length * words)
  texts.forEach((text, at) => {
    vectors.set(text.vectors, at * words * dims)
    mask.fill(1, at * words, at * words + text.labels.length)
    if (text.weights !== undefined) weights.set(text.weights, at * words)
  })
  return {
    words: floats([texts.length, words, dims], vectors),
    word_mask: floats([texts.length, words], mask),
    word_weights: floats([texts.length, words], weights),
  }
}

function temperatures(model: DualEncoderModel): NamedTensors {
  const entries = Object.entries(model.spec.score.local?.temperatures ?? {})
  return Object.fromEntries(entries.map(([kind, value]) => [kind, floats([], Float32Array.of(value))]))
}

/** Rows of maps float32[images, texts, words, cells] that belong to one pair, without the padded words. */
function mapOf(maps: Tensor, pair: number, words: number): Float32Array {
  const [, , slots, cells] = maps.dims as [number, number, number, number]
  const from = pair * slots * cells
  return float32Data(maps).slice(from, from + words * cells)
}
