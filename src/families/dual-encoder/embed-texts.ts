import { l2Normalize, sliceRows } from '../../tensor/ops.js'
import { float32Data, type NamedTensors } from '../../tensor/tensor.js'
import type { RunComponent } from '../family.js'
import { keptRows, mergePieces, pickRows, type MergedRows } from '../../text/words.js'
import { componentOf, feedsByKind, floats, hasInput, kindOf, outputNames, outputsByKind } from '../graph-io.js'
import { mapRowGroups } from '../row-groups.js'
import { tokenFeeds, type TextRow } from '../token-feeds.js'
import type { WantedFeatures } from './images.js'
import { textSideOf, type DualEncoderModel } from './model.js'
import type { PreparedTexts } from './texts.js'
import { weighRows, withWeights, type WeightedWords } from './word-weights.js'
import { compatColumns, poolRows } from './words.js'

export interface TextFeatures {
  /** Of unit length: float32[dims]; absent when not wanted. */
  readonly global?: Float32Array
  /** Not normalised; absent when not wanted. */
  readonly words?: WeightedWords
}

/** Slots of heads without a fixed length: words of several texts share a run when they round up to the same. */
const SLOT_STEP = 8

/** What the tower made of one text before heads: the pooled vector and all word rows. */
interface TowerRow {
  readonly row: TextRow
  readonly pooled?: Float32Array
  readonly merged?: MergedRows
  /** Of the tokens, float32[ids]; only where the pack weighs words. */
  readonly tokenWeights?: Float32Array
}

/** Features of each distinct text, in the order of `prepared.rows`; one run for each padded length, all at once. */
export async function embedTexts(
  model: DualEncoderModel,
  prepared: PreparedTexts,
  wanted: WantedFeatures,
  run: RunComponent,
): Promise<TextFeatures[]> {
  return mapRowGroups(
    prepared.rows,
    ({ paddedLength }) => paddedLength,
    (rows) => embedRows(model, rows, wanted, run),
  )
}

async function embedRows(
  model: DualEncoderModel,
  rows: readonly TextRow[],
  wanted: WantedFeatures,
  run: RunComponent,
): Promise<TextFeatures[]> {
  const tower = await runTower(model, rows, wanted, run)
  const finished = textSideOf(model).post.heads ? await runHeads(model, tower, wanted, run) : tower
  return finished.map((made) => ({
    ...(wanted.global && made.pooled !== undefined ? { global: l2Normalize(made.pooled.slice()) } : {}),
    ...(wanted.local ? { words: localWords(model, made) } : {}),
  }))
}

async function runTower(
  model: DualEncoderModel,
  rows: readonly TextRow[],
  wanted: WantedFeatures,
  run: RunComponent,
): Promise<TowerRow[]> {
  const { text } = textSideOf(model)
  const isPooled = model.components['text_encoder'] !== undefined
  const role = isPooled ? 'text_encoder' : 'text_tokens'
  const component = componentOf(model, role)
  const readsTokens = !isPooled || (wanted.local && !isSentence(model))
  const readsGlobal = isPooled && (wanted.global || isSentence(model))
  const weighs = wanted.local && model.spec.score.local?.weights !== undefined
  const kinds = [
    ...(readsGlobal ? ['global'] : []),
    ...(readsTokens ? ['tokens'] : []),
    ...(weighs ? ['token_weights'] : []),
  ]
  const names = outputNames(component, kinds)
  const named = await run(role, feedsByKind(component, tokenFeeds(component, rows, text.pad_id ?? 0)), names)
  const outputs = outputsByKind(component, named)
  return rows.map((row, at) => ({
    row,
    ...(readsGlobal ? { pooled: rowData(outputs, 'global', at) } : {}),
    ...(readsTokens ? readTokens(model, row, rowData(outputs, 'tokens', at)) : {}),
    ...(weighs ? { tokenWeights: rowData(outputs, 'token_weights', at).subarray(0, row.encoded.ids.length) } : {}),
  }))
}

/** `tokens`: float32[padded length, dims] of one text. */
function readTokens(
  model: DualEncoderModel,
  { encoded, paddedLength }: TextRow,
  tokens: Float32Array,
): { merged: MergedRows; pooled?: Float32Array } {
  const dims = tokens.length / paddedLength
  const { post } = textSideOf(model)
  const merged = mergePieces(tokens.subarray(0, encoded.ids.length * dims), dims, encoded, post.merge)
  return post.pool === 'none' ? { merged } : { merged, pooled: poolRows(merged, tokens, post) }
}

/**
 * Heads are not linear (batch norm and ReLU), so they come after the merge. Rows go in with as many word slots as the
 * pack's fixed length or a multiple of a step, never as many as another text of the request has.
 */
async function runHeads(
  model: DualEncoderModel,
  tower: readonly TowerRow[],
  wanted: WantedFeatures,
  run: RunComponent,
): Promise<TowerRow[]> {
  const component = componentOf(model, 'text_heads')
  const takesWords = hasInput(component, 'words')
  const kinds = [
    ...(wanted.global || isSentence(model) ? ['global'] : []),
    ...(wanted.local && takesWords ? ['words'] : []),
  ]
  const names = outputNames(component, kinds)
  return mapRowGroups(
    tower,
    (row) => (takesWords ? slotsOf(model, row) : 0),
    async (rows, slots) => {
      const feeds = feedsByKind(component, headFeeds(rows, slots, takesWords))
      const outputs = outputsByKind(component, await run('text_heads', feeds, names))
      return rows.map((row, at) => withHeads(row, outputs, at, slots))
    },
  )
}

function slotsOf(model: DualEncoderModel, { merged }: TowerRow): number {
  const own = Math.ceil(merged!.labels.length / SLOT_STEP) * SLOT_STEP
  return Math.max(textSideOf(model).post.fixed_length ?? own, merged!.labels.length)
}

/** pooled float32[rows, dims] and words float32[rows, slots, dims], absent words zero. */
function headFeeds(rows: readonly TowerRow[], slots: number, takesWords: boolean): NamedTensors {
  const dims = rows[0]!.merged!.dims
  const pooled = new Float32Array(rows.length * dims)
  const words = new Float32Array(takesWords ? rows.length * slots * dims : 0)
  rows.forEach((row, at) => {
    pooled.set(row.pooled!, at * dims)
    if (takesWords) words.set(row.merged!.vectors, at * slots * dims)
  })
  return {
    pooled: floats([rows.length, dims], pooled),
    ...(takesWords ? { words: floats([rows.length, slots, dims], words) } : {}),
  }
}

function withHeads(before: TowerRow, outputs: NamedTensors, at: number, slots: number): TowerRow {
  const words = outputs['words'] === undefined ? undefined : rowData(outputs, 'words', at)
  const { labels, roles } = before.merged!
  const dims = (words?.length ?? 0) / Math.max(1, slots)
  return {
    ...before,
    ...(outputs['global'] === undefined ? {} : { pooled: rowData(outputs, 'global', at) }),
    // Slots without a word are not zero behind a bias and a batch norm: only the text's own are kept.
    merged:
      words === undefined ? before.merged! : { vectors: words.slice(0, labels.length * dims), dims, labels, roles },
  }
}

function localWords(model: DualEncoderModel, { row, pooled, merged, tokenWeights }: TowerRow): WeightedWords {
  const { score } = model.spec
  const { post, text: spec } = textSideOf(model)
  if (isSentence(model)) return { vectors: pooled!, dims: pooled!.length, labels: [row.text] }
  if (score.local?.words === 'compat-chars')
    return compatColumns(merged!, row.text, post.fixed_length ?? row.paddedLength)
  const kept = keptRows(merged!, post.drop)
  const words = pickRows(merged!, kept)
  if (tokenWeights === undefined) return words
  const weights = weighRows(merged!, tokenWeights, row.encoded, score.local!.weights!, spec.max_length)
  return withWeights(
    words,
    kept.map((at) => weights[at]!),
  )
}

function isSentence(model: DualEncoderModel): boolean {
  return model.spec.score.local?.words === 'sentence'
}

function rowData(outputs: NamedTensors, kind: string, row: number): Float32Array {
  return float32Data(sliceRows(kindOf(outputs, kind), row, row + 1)).slice()
}
