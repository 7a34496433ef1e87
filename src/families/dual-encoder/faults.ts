/** What the sections' schemas cannot say of a manifest: parts that need each other. */
import type { Component } from '../component.js'
import { rowSymbol, specOfKind } from '../tensor-specs.js'
import type { FamilyManifest } from '../family.js'
import { hasInput, hasOutput } from '../graph-io.js'
import { outlierFaults } from '../outlier.js'
import { viewsFaults } from '../views/faults.js'
import { scoreKindOf } from './local-scores.js'
import type { DualEncoderSpec, TextPost } from './spec.js'
import { zeroShotFaults } from './zero-shot-faults.js'

type Components = Readonly<Record<string, Component>>

/** Pairs of a condition that must hold and the sentence for when it does not. */
type Claim = readonly [holds: boolean, fault: string]

export function dualEncoderFaults(manifest: FamilyManifest): string[] {
  // The schemas of the sections were checked before.
  const spec = manifest as unknown as DualEncoderSpec
  const { components } = manifest
  const claims: Claim[] = [
    ...imageClaims(spec, components),
    ...(spec.text_post === undefined
      ? imageOnlyClaims(spec, manifest)
      : [...textClaims(spec, spec.text_post, components), ...headClaims(spec.text_post, components)]),
    ...localClaims(spec, components),
    ...weightClaims(spec, components),
    ...prototypeClaims(spec, components),
    ...studyClaims(spec, components),
    [
      spec.score.global === 'cosine' || !manifest.tasks.includes('embeddings'),
      'A pack without global vectors does not do embeddings.',
    ],
    [!spec.score.pairwise || spec.score.global === 'none', 'A pairwise pack has no global cosine.'],
  ]
  return [
    ...claims.flatMap(([holds, fault]) => (holds ? [] : [fault])),
    ...viewsFaults(spec.views, components),
    ...outlierFaults(components),
    ...zeroShotFaults(spec, components),
  ]
}

function imageClaims({ score, maps }: DualEncoderSpec, components: Components): Claim[] {
  const image = components['image_encoder']
  const local = image?.outputs.find((output) => output.kind === 'local')
  return [
    [hasInput(image, 'pixels'), 'There is no image_encoder with an input of kind pixels.'],
    [image === undefined || rowSymbol(image) !== undefined, 'The image_encoder’s tensors share no first dim.'],
    [score.global === 'none' || hasOutput(image, 'global'), 'The image_encoder has no output of kind global.'],
    [score.local === undefined || local !== undefined, 'The image_encoder has no output of kind local.'],
    [
      local === undefined || local.dims.length === 4 || (local.dims.length === 3 && maps?.grid !== undefined),
      'A local output is [rows, grid rows, grid columns, dims], or [rows, cells, dims] with maps.grid.',
    ],
  ]
}

/** A pack with an image tower alone has nothing that its vectors could be compared with but other images'. */
function imageOnlyClaims(
  { text, score, zero_shot: zeroShot, ...spec }: DualEncoderSpec,
  { tasks, components }: FamilyManifest,
): Claim[] {
  const ofTexts = ['text_encoder', 'text_tokens', 'text_heads', 'similarity'].filter((role) => role in components)
  return [
    [text === undefined, 'text and text_post go together.'],
    [ofTexts.length === 0, `A pack without text has no ${ofTexts.join(', ')}.`],
    [tasks.every((task) => task === 'embeddings'), 'A pack without text does embeddings only.'],
    [
      score.global === 'cosine' && score.local === undefined,
      'The score of a pack without text is a cosine of global vectors.',
    ],
    [
      zeroShot === undefined && spec.expected_view === undefined,
      'zero_shot and expected_view are read by texts, which the pack does not read.',
    ],
    [
      spec.goldens.every(({ kind }) => kind === 'image' || kind === 'study'),
      'A pack without text has goldens of kinds image and study only.',
    ],
  ]
}

function textClaims({ score, text }: DualEncoderSpec, post: TextPost, components: Components): Claim[] {
  const { text_encoder: pooled, text_tokens: tokens } = components
  const tower = pooled ?? tokens
  const readsWords = score.local !== undefined && score.local.words !== 'sentence'
  const isSlotted = post.pool === 'mean_with_zeros' || score.local?.words === 'compat-chars'
  return [
    [text !== undefined, 'text and text_post go together.'],
    [(pooled === undefined) !== (tokens === undefined), 'There must be one of text_encoder and text_tokens.'],
    [hasInput(tower, 'input_ids'), 'The text graph has no input of kind input_ids.'],
    [tower === undefined || rowSymbol(tower) !== undefined, 'The text graph’s tensors share no first dim.'],
    [pooled === undefined || hasOutput(pooled, 'global'), 'The text_encoder has no output of kind global.'],
    [pooled === undefined || post.pool === 'none', 'text_post.pool is none where the text_encoder pools.'],
    [pooled === undefined || !post.heads, 'text_post.heads is for text_tokens.'],
    [tokens === undefined || hasOutput(tokens, 'tokens'), 'text_tokens has no output of kind tokens.'],
    [
      tokens === undefined || post.pool !== 'none' || score.global === 'none',
      'text_post.pool must say how tokens become one vector.',
    ],
    [!readsWords || hasOutput(tower, 'tokens'), 'The words of the local score need an output of kind tokens.'],
    [!isSlotted || post.fixed_length !== undefined, 'text_post.fixed_length is missing.'],
    [post.pool !== 'mean_with_pad' || post.merge === 'none', 'mean_with_pad is over tokens, not merged words.'],
  ]
}

/** Weights are of tokens, so they need the graph that gives them and words that are pieces put together. */
function weightClaims({ score, text_post: post }: DualEncoderSpec, components: Components): Claim[] {
  const { local } = score
  const graph = components['similarity']
  const tower = components['text_encoder'] ?? components['text_tokens']
  const weighs = local?.weights !== undefined
  return [
    [!weighs || hasOutput(tower, 'token_weights'), 'score.local.weights need an output of kind token_weights.'],
    [!weighs || local.words === 'fixed', 'score.local.weights are of the words of the text: words must be fixed.'],
    [!weighs || (post?.merge ?? 'none') !== 'none', 'score.local.weights need a merge of pieces to words.'],
    [
      weighs === hasInput(graph, 'word_weights'),
      'score.local.weights and an input of the similarity graph of kind word_weights go together.',
    ],
  ]
}

function headClaims(post: TextPost, components: Components): Claim[] {
  const heads = components['text_heads']
  return [
    [post.heads === (heads !== undefined), 'text_post.heads and the component text_heads go together.'],
    [heads === undefined || hasInput(heads, 'pooled'), 'text_heads has no input of kind pooled.'],
    [heads === undefined || hasOutput(heads, 'global'), 'text_heads has no output of kind global.'],
    [hasInput(heads, 'words') === hasOutput(heads, 'words'), 'text_heads takes words and gives words, or neither.'],
    [heads === undefined || rowSymbol(heads) !== undefined, 'The tensors of text_heads share no first dim.'],
  ]
}

function localClaims({ score, maps }: DualEncoderSpec, components: Components): Claim[] {
  const { local, combine } = score
  const graph = components['similarity']
  const claims: Claim[] = [
    [local !== undefined || combine.kind === 'none', 'score.combine needs score.local.'],
    [local !== undefined || maps === undefined, 'maps need score.local.'],
    [local !== undefined || score.global !== 'none', 'A score must be global, local or both.'],
  ]
  if (local === undefined) return claims
  const scalars = graph?.inputs.filter(({ kind }) => kind.startsWith('temp_')) ?? []
  return [
    ...claims,
    [
      ['cells', 'words', 'word_mask'].every((kind) => hasInput(graph, kind)),
      'score.local needs a similarity graph with inputs of kinds cells, words and word_mask.',
    ],
    [
      hasOutput(graph, scoreKindOf(local.aggregate)),
      `similarity has no output of kind ${scoreKindOf(local.aggregate)}.`,
    ],
    [scalars.every(({ kind }) => kind in local.temperatures), 'A temperature of the similarity graph has no value.'],
    [maps === undefined || hasOutput(graph, 'maps'), 'maps need an output of kind maps of the similarity graph.'],
  ]
}

function prototypeClaims({ prototypes }: DualEncoderSpec, components: Components): Claim[] {
  const graph = components['prototypes']
  const names = prototypes?.names
  return [
    [(graph === undefined) === (prototypes === undefined), 'prototypes and the component of that name go together.'],
    [
      graph === undefined || (hasInput(graph, 'global') && hasOutput(graph, 'probabilities')),
      'The prototypes graph takes kind global and gives kind probabilities.',
    ],
    [names === undefined || names.length === prototypes?.count, 'prototypes.names has not one name each.'],
  ]
}

/** A study's vector stands beside those of films and texts. */
function studyClaims(
  { views, expected_view: expected, score, goldens }: DualEncoderSpec,
  components: Components,
): Claim[] {
  const widthOf = (role: string) => specOfKind(components[role]?.outputs ?? [], 'global')?.dims.at(-1)
  const [ofStudy, ofFilm] = [widthOf('view_fusion'), widthOf('image_encoder')]
  const most = Math.max(0, ...goldens.map((golden) => (golden.kind === 'study' ? golden.images.length : 0)))
  return [
    [
      views?.fusion !== 'graph' || score.global === 'none' || ofStudy !== undefined,
      'view_fusion has no output of kind global, which stands beside those of films and texts.',
    ],
    [
      typeof ofStudy !== 'number' || typeof ofFilm !== 'number' || ofStudy === ofFilm,
      `The vectors of studies have ${ofStudy} dimensions and those of films ${ofFilm}: they must lie in one space.`,
    ],
    [expected === undefined || score.global === 'cosine', 'expected_view is read by global cosines.'],
    [views === undefined || most <= views.max, 'A golden is of a study with more films than views.max.'],
  ]
}
