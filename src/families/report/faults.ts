/** What the sections' schemas cannot say of a manifest: parts that need each other. */
import { AppError } from '../../errors.js'
import type { Component, PackFile, TensorSpec } from '../component.js'
import { rowSymbol, specOfKind } from '../tensor-specs.js'
import { dualEncoderFaults } from '../dual-encoder/faults.js'
import { labelSetsOf } from '../dual-encoder/label-sets.js'
import type { FamilyManifest } from '../family.js'
import { hasInput, hasOutput } from '../graph-io.js'
import { outlierFaults } from '../outlier.js'
import { viewsFaults } from '../views/faults.js'
import { viewsOf } from '../views/model.js'
import { dualSpecOf } from './model.js'
import { fillReportOptions } from './options.js'
import type { ReportSpec } from './spec.js'

/** Pairs of a condition that must hold and the sentence for when it does not. */
type Claim = readonly [holds: boolean, fault: string]
type Components = Readonly<Record<string, Component>>

const TAKEN = ['tokens', 'token_count', 'memory', 'memory_mask', 'past_keys', 'past_values']
const CACHED = ['past_keys', 'past_values', 'present_keys', 'present_values']

export function reportFaults(manifest: FamilyManifest): string[] {
  // The schemas of the sections were checked before.
  const spec = manifest as unknown as ReportSpec
  const { components } = manifest
  const claims = [
    ...decoderClaims(spec, components['decoder_step']),
    ...memoryClaims(spec, components),
    ...numberClaims(spec, manifest),
    ...checkClaims(spec),
    ...dualClaims(spec, manifest.tasks),
  ]
  const faults = claims.flatMap(([holds, fault]) => (holds ? [] : [fault]))
  const dual = dualSpecOf(spec)
  const towers =
    dual === undefined
      ? [...viewsFaults(spec.views, components), ...outlierFaults(components)]
      : dualEncoderFaults({ ...manifest, ...dual })
  return [...faults, ...towers]
}

function decoderClaims({ generation }: ReportSpec, decoder: Component | undefined): Claim[] {
  if (decoder === undefined) return [[false, 'There is no component decoder_step.']]
  const isCached = hasInput(decoder, 'past_keys')
  const tokens = specOfKind(decoder.inputs, 'tokens')
  const length = tokens?.dims[1]
  const logits = specOfKind(decoder.outputs, 'logits')
  const width = logits?.dims[1]
  const greatestId = Math.max(generation.bos, generation.eos, generation.pad, generation.unk ?? 0)
  return [
    [isIntegers(tokens, 2), 'The decoder_step takes no int32 or int64 [rows, length] of kind tokens.'],
    [
      isIntegers(specOfKind(decoder.inputs, 'token_count'), 1),
      'The decoder_step takes no whole [rows] of token_count.',
    ],
    [
      isFloats(specOfKind(decoder.inputs, 'memory'), 3),
      'The decoder_step takes no floats [rows, positions, width] of kind memory.',
    ],
    [decoder.inputs.every(({ kind }) => TAKEN.includes(kind)), 'The decoder_step takes what cannot be fed.'],
    [isFloats(logits, 2), 'The decoder_step gives no floats [rows, vocabulary] of kind logits.'],
    [rowSymbol(decoder) !== undefined, 'The tensors of the decoder_step share no first dim.'],
    [
      !isCached || isCacheSound(decoder),
      `A decoder_step with a cache has floats ${CACHED.join(', ')}, [rows, …, past, …].`,
    ],
    [
      isCached
        ? length === 1 || typeof length === 'string'
        : typeof length !== 'number' || length >= generation.max_tokens,
      'The tokens of the decoder_step are fewer than generation.max_tokens, or with a cache more than one.',
    ],
    [typeof width !== 'number' || width > greatestId, 'A control token of generation has no logit.'],
  ]
}

/** One symbol behind the rows, the tokens'; the sizes of what comes out fit what goes in. */
function isCacheSound(decoder: Component): boolean {
  return (['keys', 'values'] as const).every((name) => {
    const past = specOfKind(decoder.inputs, `past_${name}`)
    const present = specOfKind(decoder.outputs, `present_${name}`)
    if (past === undefined || present === undefined || past.dtype !== present.dtype) return false
    const symbols = past.dims.flatMap((dim, at) => (at > 0 && typeof dim === 'string' ? [at] : []))
    const [at] = symbols
    const fits = past.dims.every((dim, index) => index === at || index === 0 || present.dims[index] === dim)
    return (
      ['float32', 'float16'].includes(past.dtype) && symbols.length === 1 && at! > 0 && present.dims[at!] === 1 && fits
    )
  })
}

function memoryClaims(spec: ReportSpec, components: Components): Claim[] {
  const { image_encoder: image, view_fusion: fusion, decoder_step: decoder } = components
  const isGraph = viewsOf({ spec }).fusion === 'graph'
  const taken = decoder && specOfKind(decoder.inputs, 'memory')?.dims[2]
  const given = isGraph
    ? fusion && specOfKind(fusion.outputs, 'memory')?.dims[2]
    : image && specOfKind(image.outputs, 'local')?.dims.at(-1)
  const isMasked = hasInput(decoder, 'memory_mask')
  return [
    [hasInput(image, 'pixels'), 'There is no image_encoder with an input of kind pixels.'],
    [
      isGraph ? hasOutput(fusion, 'memory') : hasOutput(image, 'local'),
      'There is no memory: an output of that kind of view_fusion, or the image_encoder’s of kind local.',
    ],
    [
      typeof taken !== 'number' || typeof given !== 'number' || taken === given,
      'The decoder_step takes another width of memory than there is.',
    ],
    [!isGraph || isMasked === hasOutput(fusion, 'memory_mask'), 'memory_mask is given and taken, or neither.'],
  ]
}

function numberClaims({ generation }: ReportSpec, manifest: FamilyManifest): Claim[] {
  const { tokenizer, bos, eos } = generation
  const files = manifest['files'] as readonly PackFile[]
  const fault = optionsFault(generation)
  return [
    [
      files.some(({ file, sha256 }) => file === tokenizer.file && sha256 === tokenizer.sha256),
      'generation.tokenizer is not in files, or with another digest.',
    ],
    [bos !== eos, 'generation.bos and generation.eos are one token: a text would be over before it begins.'],
    [fault === undefined, `generation.defaults cannot be used: ${fault ?? ''}`],
  ]
}

function optionsFault(generation: ReportSpec['generation']): string | undefined {
  try {
    fillReportOptions(generation, {}, () => 0n)
    return undefined
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}

function checkClaims(spec: ReportSpec): Claim[] {
  const { findings, check } = spec.generation
  const dual = dualSpecOf(spec)
  const named = Object.keys({ ...check?.labels, ...check?.thresholds })
  return [
    [check === undefined || findings !== undefined, 'generation.check needs generation.findings.'],
    [
      named.every((label) => findings !== undefined && Object.hasOwn(findings, label)),
      'generation.check names a label that generation.findings has not.',
    ],
    [
      check?.label_set === undefined || dual === undefined || Object.hasOwn(labelSetsOf(dual), check.label_set),
      'generation.check.label_set is none of the pack’s sets.',
    ],
  ]
}

function dualClaims(spec: ReportSpec, tasks: readonly string[]): Claim[] {
  const sections = [spec.text, spec.text_post, spec.score]
  const has = sections.filter((section) => section !== undefined).length
  return [
    [has === 0 || has === sections.length, 'text, text_post and score go together.'],
    [
      has > 0 || tasks.every((task) => task === 'reports'),
      'A pack without text, text_post and score does reports only.',
    ],
    [
      has > 0 || spec.goldens.every(({ kind }) => kind === 'report'),
      'A pack without text, text_post and score has goldens of kind report only.',
    ],
  ]
}

function isIntegers(spec: TensorSpec | undefined, dims: number): boolean {
  return spec !== undefined && ['int64', 'int32'].includes(spec.dtype) && spec.dims.length === dims
}

function isFloats(spec: TensorSpec | undefined, dims: number): boolean {
  return spec !== undefined && ['float32', 'float16'].includes(spec.dtype) && spec.dims.length === dims
}
