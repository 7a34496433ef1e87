/** What the sections' schemas cannot say of a manifest: parts that need each other. */
import { AppError } from '../../errors.js'
import type { DType } from '../../tensor/tensor.js'
import type { Component, TensorSpec } from '../component.js'
import { rowSymbol, specOfKind } from '../tensor-specs.js'
import type { FamilyManifest } from '../family.js'
import { BRACKETS, PLACE, placesOf } from './prompt.js'
import { fillScheduler } from './schedulers/defaults.js'
import { isWithin } from '../../imaging/synthesis/size-rule.js'
import { sizeRule } from './sizes.js'
import type { DiffusionSpec } from './spec.js'

/** Pairs of a condition that must hold and the sentence for when it does not. */
type Claim = readonly [holds: boolean, fault: string]
type Components = Readonly<Record<string, Component>>

const FLOATS: readonly DType[] = ['float32', 'float16']

export function diffusionFaults(manifest: FamilyManifest): string[] {
  // The schemas of the sections were checked before.
  const spec = manifest as unknown as DiffusionSpec
  const { components } = manifest
  const claims = [
    ...textClaims(spec, components),
    ...denoiserClaims(spec, components),
    ...latentClaims(spec, components, manifest.tasks.includes('edits')),
    ...numberClaims(spec),
    ...promptClaims(spec),
    isOfTasks(spec, manifest.tasks),
  ]
  return claims.flatMap(([holds, fault]) => (holds ? [] : [fault]))
}

function isOfTasks({ diffusion }: DiffusionSpec, tasks: readonly string[]): Claim {
  const isMasked = diffusion.inpainting === 'concat'
  return [
    !isMasked || !tasks.includes('generations'),
    'inpainting concat needs a film and a mask: its only task is edits.',
  ]
}

/** A float tensor of one kind with as many channels (or, for tokens, numbers a token) as `width` at dim `at`. */
function isFloats(
  specs: readonly TensorSpec[] | undefined,
  kind: string,
  at: number,
  width?: number | string,
): boolean {
  const spec = specs && specOfKind(specs, kind)
  const dim = spec?.dims[at]
  if (spec === undefined || !FLOATS.includes(spec.dtype) || spec.dims.length !== (at === 1 ? 4 : 3)) return false
  // A symbol is known only when the graph runs.
  return typeof dim !== 'number' || typeof width !== 'number' || dim === width
}

function textClaims({ text }: DiffusionSpec, { text_encoder: encoder }: Components): Claim[] {
  const ids = encoder && specOfKind(encoder.inputs, 'input_ids')
  const kinds = ['input_ids', 'attention_mask', 'token_type_ids']
  const length = ids?.dims[1]
  return [
    [
      ids !== undefined && ['int32', 'int64'].includes(ids.dtype) && ids.dims.length === 2,
      'The text_encoder takes no int32 or int64 [rows, length] of kind input_ids.',
    ],
    [encoder?.inputs.every(({ kind }) => kinds.includes(kind)) ?? true, 'The text_encoder takes what cannot be fed.'],
    [isFloats(encoder?.outputs, 'tokens', 2), 'The text_encoder gives no floats [rows, length, width] of kind tokens.'],
    [text.padding === 'fixed', 'text.padding is fixed: a denoiser reads every token.'],
    [
      text.truncation !== 'error',
      'text.truncation is right: a prompt that is too long is cut, and the answer says so.',
    ],
    [typeof length !== 'number' || length === text.max_length, 'text.max_length differs from what text_encoder takes.'],
  ]
}

function denoiserClaims({ diffusion }: DiffusionSpec, { denoiser, text_encoder: encoder }: Components): Claim[] {
  if (denoiser === undefined) return [[false, 'There is no component denoiser.']]
  const { channels } = diffusion.latents
  const taken = diffusion.inpainting === 'concat' ? 2 * channels + 1 : channels
  const kinds = ['sample', 'timestep', 'tokens', 'guidance_embedding']
  const width = encoder && specOfKind(encoder.outputs, 'tokens')?.dims[2]
  const timestep = specOfKind(denoiser.inputs, 'timestep')
  return [
    [
      isFloats(denoiser.inputs, 'sample', 1, taken),
      `The denoiser takes no floats [rows, ${taken}, h, w] of kind sample.`,
    ],
    [timestep !== undefined && isTimestep(timestep, denoiser), TIMESTEP_FAULT],
    [
      isFloats(denoiser.inputs, 'tokens', 2, width),
      'The denoiser takes no tokens of the width that text_encoder gives.',
    ],
    [denoiser.inputs.every(({ kind }) => kinds.includes(kind)), 'The denoiser takes what cannot be fed.'],
    [
      isFloats(denoiser.outputs, 'prediction', 1, channels),
      `The denoiser gives no floats [rows, ${channels}, h, w] of kind prediction.`,
    ],
  ]
}

const TIMESTEP_FAULT =
  'The denoiser takes a timestep of int64, int32, float32 or float16, for all rows ([] or [1]) or for each ([rows]).'

/** One value for all rows, or one for each. */
function isTimestep({ dtype, dims }: TensorSpec, { inputs }: Component): boolean {
  const isNumber = [...FLOATS, 'int64', 'int32'].includes(dtype)
  const [first] = dims
  const isOfRows = first === specOfKind(inputs, 'sample')?.dims[0]
  return isNumber && (dims.length === 0 || (dims.length === 1 && (first === 1 || isOfRows)))
}

function latentClaims({ diffusion }: DiffusionSpec, components: Components, edits: boolean): Claim[] {
  const { latent_encoder: encoder, latent_decoder: decoder } = components
  const { latents, image } = diffusion
  const isFilm = isFloats(encoder?.inputs, 'image', 1, image.channels)
  const givesMoments = isFloats(encoder?.outputs, 'moments', 1, 2 * latents.channels)
  const givesLatents = isFloats(encoder?.outputs, 'latents', 1, latents.channels)
  const isAsOne = decoder === undefined || rowSymbol(decoder) !== undefined
  return [
    [
      isFloats(decoder?.inputs, 'latents', 1, latents.channels) &&
        isFloats(decoder?.outputs, 'image', 1, image.channels),
      'The latent_decoder makes no floats of kind image, of image.channels, out of latents of latents.channels.',
    ],
    [isAsOne, 'The latent_decoder’s tensors share no first dim.'],
    [!edits || encoder !== undefined, 'The task edits needs a latent_encoder.'],
    [
      encoder === undefined || (isFilm && (givesMoments || givesLatents)),
      'The latent_encoder makes no moments (mean and log variance) and no latents out of an image of image.channels.',
    ],
    [image.color !== 'rgb' || image.channels === 3, 'image.color rgb needs a decoder of three channels.'],
  ]
}

function numberClaims({ diffusion }: DiffusionSpec): Claim[] {
  const { sizes, latents, defaults, limits, preview, betas, train_steps: trainSteps } = diffusion
  const rule = sizeRule(diffusion)
  return [
    [sizes.multiple % latents.factor === 0, 'sizes.multiple is no multiple of latents.factor.'],
    [
      [rule.least, rule.most, rule.usual].every((size) => isWithin(rule, size)),
      'sizes.default lies outside sizes.min and sizes.max, or a size is no multiple of sizes.multiple.',
    ],
    [defaults.steps <= limits.steps, 'defaults.steps is more than limits.steps.'],
    [limits.steps <= trainSteps, 'limits.steps is more than train_steps.'],
    [
      preview === undefined || preview.weights.length === latents.channels,
      'preview.weights are not as many as latents.channels.',
    ],
    [!('values' in betas) || betas.values.length === trainSteps, 'betas.values are not as many as train_steps.'],
    [schedulerFault(diffusion) === undefined, `The scheduler cannot be used: ${schedulerFault(diffusion) ?? ''}`],
  ]
}

/**
 * A published `scheduler_config.json` holds options of other samplers too (`clip_sample` beside PNDM, in Stable Diffusion 1):
 * they wait for a request that names one. A solver type is another matter, for its values are each sampler's own.
 */
function schedulerFault({ scheduler }: DiffusionSpec['diffusion']): string | undefined {
  const { name, solver_type: solver } = scheduler
  try {
    fillScheduler(scheduler, { name, ...(solver !== undefined && { solver_type: solver }) })
    return undefined
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}

function promptClaims({ diffusion }: DiffusionSpec): Claim[] {
  const { template = '', fields = {} } = diffusion.prompt
  const bare = template.replace(PLACE, '').replace(BRACKETS, '')
  return [
    [
      placesOf(template).every((name) => Object.hasOwn(fields, name)),
      'prompt.template names a field that is not there.',
    ],
    [!/[[\]{}]/.test(bare), 'prompt.template has a bracket without its other half, or one inside another.'],
    [
      Object.keys(fields).every((name) => placesOf(template).includes(name)),
      'prompt.fields has a field that prompt.template does not use.',
    ],
  ]
}
