/** The runs of a segmentation: what goes into which graph, and how films and texts become rows. */
import { AppError } from '../../errors.js'
import { concatRows, sliceRows } from '../../tensor/ops.js'
import { DTYPES, float32Data, tensor, type NamedTensors, type Tensor } from '../../tensor/tensor.js'
import { keepWords, mergePieces } from '../../text/words.js'
import type { Component } from '../component.js'
import { rowSymbol, specOfKind } from '../tensor-specs.js'
import type { RunComponent } from '../family.js'
import { componentOf, feedsByKind, floats, outputsByKind } from '../graph-io.js'
import { mapRowGroups } from '../row-groups.js'
import { tokenFeeds } from '../token-feeds.js'
import type { SegmentationModel } from './model.js'
import type { WordsSpec } from './spec.js'
import type { SegmentationText } from './texts.js'

/** What one film or one text gives to the segmenter: tensors of one row by kind. */
export type SegmenterInputs = NamedTensors

/** One run for all films; a pack without an image encoder hands the pixels on. */
export async function encodeImages(
  model: SegmentationModel,
  pixels: readonly Tensor[],
  run: RunComponent,
): Promise<SegmenterInputs[]> {
  const encoder = model.components['image_encoder']
  if (encoder === undefined || pixels.length === 0) return pixels.map((own) => ({ pixels: own }))
  const named = await run('image_encoder', feedsByKind(encoder, { pixels: concatRows(pixels) }))
  const outputs = outputsByKind(encoder, named)
  return pixels.map((own, row) => ({ pixels: own, ...rowOf(outputs, row) }))
}

/** One run for all texts of a padded length, all lengths at once. */
export async function encodeTexts(
  model: SegmentationModel,
  texts: readonly SegmentationText[],
  run: RunComponent,
): Promise<SegmenterInputs[]> {
  return mapRowGroups(
    texts,
    ({ paddedLength }) => paddedLength,
    async (rows) => {
      const outputs = await runTexts(model, rows, run)
      return rows.map((row, at) => segmenterText(model, row, rowOf(outputs, at)))
    },
  )
}

async function runTexts(
  model: SegmentationModel,
  rows: readonly SegmentationText[],
  run: RunComponent,
): Promise<NamedTensors> {
  const tower = model.components['text_tokens']
  if (tower === undefined) return {}
  const feeds = feedsByKind(tower, tokenFeeds(tower, rows, model.spec.text.pad_id ?? 0))
  return outputsByKind(tower, await run('text_tokens', feeds))
}

/** `outputs`: one row of the text tower's. */
function segmenterText(model: SegmentationModel, text: SegmentationText, outputs: NamedTensors): SegmenterInputs {
  const { text: spec, text_post: post } = model.spec
  const own = tokenFeeds(componentOf(model, 'segmenter'), [text], spec.pad_id ?? 0)
  const tokens = outputs['tokens']
  const words = post === undefined || tokens === undefined ? {} : wordRows(model, text, tokens, post)
  return { ...own, ...outputs, ...words }
}

/** `tokens`: float32[1, padded length, dims]. Gives words float32[1, words, dims] and which of them are there. */
function wordRows(model: SegmentationModel, { encoded }: SegmentationText, tokens: Tensor, post: WordsSpec) {
  const dims = tokens.dims.at(-1)!
  const merged = mergePieces(float32Data(tokens).subarray(0, encoded.ids.length * dims), dims, encoded, post.merge)
  const kept = keepWords(merged, post.drop)
  const words = new Float32Array(post.words * dims)
  words.set(kept.vectors.subarray(0, words.length))
  const maskType = specOfKind(componentOf(model, 'segmenter').inputs, 'word_mask')?.dtype ?? 'float32'
  const mask = new DTYPES[maskType](post.words)
  const there = Math.min(kept.labels.length, post.words)
  if (mask instanceof BigInt64Array || mask instanceof BigUint64Array) mask.fill(1n, 0, there)
  else mask.fill(1, 0, there)
  return { words: floats([1, post.words, dims], words), word_mask: tensor(maskType, [1, post.words], mask) }
}

/**
 * Every film with every text; outputs of one row by film and then by text. A segmenter of one row symbol gets pairs as
 * rows, which merge with those of other requests; one that keeps films and texts apart gets a film with all its texts.
 */
export async function runSegmenter(
  model: SegmentationModel,
  films: readonly SegmenterInputs[],
  texts: readonly SegmenterInputs[],
  run: RunComponent,
): Promise<NamedTensors[][]> {
  const segmenter = componentOf(model, 'segmenter')
  if (texts.length === 0) return films.map(() => [])
  const ask = async (feeds: NamedTensors): Promise<NamedTensors> =>
    outputsByKind(segmenter, await run('segmenter', feedsByKind(segmenter, feeds)))
  if (rowSymbol(segmenter) !== undefined) {
    const pairs = films.flatMap((film) => texts.map((text) => ({ ...film, ...text })))
    const outputs = await ask(stack(segmenter, pairs))
    return films.map((_, film) => texts.map((__, text) => rowOf(outputs, film * texts.length + text)))
  }
  return Promise.all(films.map((film) => runFilm(segmenter, film, texts, ask)))
}

async function runFilm(
  segmenter: Component,
  film: SegmenterInputs,
  texts: readonly SegmenterInputs[],
  ask: (feeds: NamedTensors) => Promise<NamedTensors>,
): Promise<NamedTensors[]> {
  const perRun = segmenter.max_batch ?? texts.length
  const runs = Array.from({ length: Math.ceil(texts.length / perRun) }, async (_, at) => {
    const own = texts.slice(at * perRun, (at + 1) * perRun)
    const outputs = await ask({ ...film, ...stack(segmenter, own) })
    return own.map((__, row) => rowOf(outputs, row))
  })
  return (await Promise.all(runs)).flat()
}

/** Rows one below the other, for the kinds that the graph takes and the rows have. */
function stack(component: Component, rows: readonly SegmenterInputs[]): NamedTensors {
  const kinds = component.inputs.map(({ kind }) => kind).filter((kind) => rows[0]![kind] !== undefined)
  return Object.fromEntries(kinds.map((kind) => [kind, concatRows(rows.map((row) => row[kind]!))]))
}

function rowOf(outputs: NamedTensors, row: number): NamedTensors {
  return Object.fromEntries(
    Object.entries(outputs).map(([kind, value]) => {
      if (row >= value.dims[0]!) throw new AppError('model_output_invalid', 'A graph gave fewer rows than it was fed.')
      return [kind, sliceRows(value, row, row + 1)]
    }),
  )
}
