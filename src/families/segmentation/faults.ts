/** What the sections' schemas cannot say of a manifest: parts that need each other. */
import { imageSpecFaults, preparedShape } from '../../imaging/step-order.js'
import type { Component, TensorSpec } from '../component.js'
import { rowSymbol, specOfKind } from '../tensor-specs.js'
import type { FamilyManifest } from '../family.js'
import { hasInput, hasOutput } from '../graph-io.js'
import { outlierFaults } from '../outlier.js'
import type { SegmentationSpec } from './spec.js'

/** Pairs of a condition that must hold and the sentence for when it does not. */
type Claim = readonly [holds: boolean, fault: string]
type Components = Readonly<Record<string, Component>>

export function segmentationFaults(manifest: FamilyManifest): string[] {
  // The schemas of the sections were checked before.
  const spec = manifest as unknown as SegmentationSpec
  const { components } = manifest
  const claims = [
    ...segmenterClaims(spec, components),
    ...towerClaims(components),
    ...textClaims(spec, components),
    ...codingClaims(spec),
  ]
  const imageFaults = imageSpecFaults(spec.image)
  const pixelClaims = imageFaults.length > 0 ? [] : pixelsClaims(spec, components)
  return [
    ...imageFaults,
    ...[...claims, ...pixelClaims].flatMap(([holds, fault]) => (holds ? [] : [fault])),
    ...outlierFaults(components),
  ]
}

/** Kinds that a text tower gives, and those that are made of its tokens or of the text itself. */
const TEXT_KINDS = ['tokens', 'words', 'word_mask', 'input_ids', 'attention_mask', 'token_type_ids']
const isTextKind = (kind: string): boolean => kind.startsWith('text') || TEXT_KINDS.includes(kind)
const isImageKind = (kind: string): boolean => kind === 'pixels' || kind.startsWith('features')

function segmenterClaims(spec: SegmentationSpec, { segmenter }: Components): Claim[] {
  if (segmenter === undefined) return [[false, 'There is no component segmenter.']]
  const { inputs, outputs } = segmenter
  const maps = outputs.filter(({ kind }) => kind === 'probabilities' || kind === 'logits')
  const words = specOfKind(inputs, 'words')
  return [
    [
      maps.length === 1 && isMap(maps[0]!),
      'The segmenter gives one output of kind probabilities or logits, float32[rows, 1, h, w] with h and w as numbers.',
    ],
    [inputs.some(({ kind }) => isImageKind(kind)), 'The segmenter takes no pixels and no features of a film.'],
    [inputs.some(({ kind }) => isTextKind(kind)), 'The segmenter takes nothing of a text.'],
    [
      inputs.every(({ kind }) => isImageKind(kind) || isTextKind(kind)),
      'An input of the segmenter is of no kind that can be fed.',
    ],
    [(words === undefined) === (spec.text_post === undefined), 'text_post and an input of kind words go together.'],
    [words === undefined || words.dims[1] === spec.text_post?.words, 'The segmenter takes another number of words.'],
    [
      rowSymbol(segmenter) !== undefined || keepsApart(segmenter),
      'The segmenter’s films, or its texts, share no first dim.',
    ],
  ]
}

function isMap({ dtype, dims }: TensorSpec): boolean {
  return (
    dtype === 'float32' && dims.length === 4 && dims[1] === 1 && dims.slice(2).every((dim) => typeof dim === 'number')
  )
}

/** Texts and maps along one symbol; a film by itself, one a run. */
function keepsApart({ inputs, outputs }: Component): boolean {
  const [first] = inputs.filter(({ kind }) => isTextKind(kind))
  const symbol = first?.dims[0]
  const along = [...inputs.filter(({ kind }) => isTextKind(kind)), ...outputs]
  return typeof symbol === 'string' && along.every(({ dims }) => dims[0] === symbol)
}

function towerClaims({ segmenter, image_encoder: encoder, text_tokens: tower }: Components): Claim[] {
  const inputs = segmenter?.inputs ?? []
  const features = inputs.filter(({ kind }) => kind.startsWith('features'))
  const fromTower = inputs.filter(({ kind }) => kind.startsWith('text') || kind === 'tokens' || kind === 'words')
  return [
    [(encoder === undefined) === (features.length === 0), 'image_encoder and inputs of kinds features… go together.'],
    [encoder === undefined || hasInput(encoder, 'pixels'), 'The image_encoder has no input of kind pixels.'],
    [encoder === undefined || rowSymbol(encoder) !== undefined, 'The image_encoder’s tensors share no first dim.'],
    [
      features.every(({ kind }) => hasOutput(encoder, kind)),
      'The image_encoder lacks an output that the segmenter takes.',
    ],
    [(tower === undefined) === (fromTower.length === 0), 'text_tokens and what the segmenter takes of it go together.'],
    [tower === undefined || hasInput(tower, 'input_ids'), 'text_tokens has no input of kind input_ids.'],
    [tower === undefined || rowSymbol(tower) !== undefined, 'The tensors of text_tokens share no first dim.'],
    [
      fromTower.every(({ kind }) => hasOutput(tower, kind === 'words' ? 'tokens' : kind)),
      'text_tokens lacks an output that the segmenter takes.',
    ],
  ]
}

function textClaims({ text }: SegmentationSpec, { segmenter }: Components): Claim[] {
  const wholeTexts = ['tokens', 'input_ids', 'attention_mask', 'token_type_ids']
  const takesTokens = wholeTexts.some((kind) => hasInput(segmenter, kind))
  return [
    [text.padding !== 'longest_in_class', 'text.padding is fixed or longest: there are no classes.'],
    [!takesTokens || text.padding === 'fixed', 'A segmenter that takes tokens needs text.padding fixed.'],
  ]
}

function codingClaims({ segmentation: { coding = [] } }: SegmentationSpec): Claim[] {
  const others = coding.filter(({ phrases }) => phrases === undefined).length
  return [[coding.length === 0 || others === 1, 'segmentation.coding has one entry without phrases, for other texts.']]
}

function pixelsClaims({ image }: SegmentationSpec, components: Components): Claim[] {
  const reader = components['image_encoder'] ?? components['segmenter']
  const pixels = reader && specOfKind(reader.inputs, 'pixels')
  const { channels, height, width, dtype } = preparedShape(image)
  const fits = pixels?.dtype === dtype && pixels.dims.slice(1).join() === [channels, height, width].join()
  return [
    [
      pixels === undefined || fits,
      `The image steps give ${dtype}[${channels}, ${height}, ${width}], not pixels as the graph takes them.`,
    ],
  ]
}
