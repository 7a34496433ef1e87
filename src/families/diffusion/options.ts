/** What a request asks, checked and filled from the pack. */
import { AppError } from '../../errors.js'
import type { Size } from '../../imaging/geometry.js'
import type { DiffusionModel } from './model.js'
import { NOISE_SOURCES, type NoiseSource } from './noise/noise.js'
import { createScheduler } from './schedulers/create.js'
import { startStep } from './schedulers/run.js'
import { fillScheduler, schedulerNames, type FilledSchedulerSpec } from './schedulers/defaults.js'
import { SCHEDULER_NAMES, type SchedulerSpec } from './schedulers/spec.js'
import { checkSize, sizeRule } from './sizes.js'

const SEEDS = 2n ** 64n
const DEFAULT_STRENGTH = 0.8
const DEFAULT_MAX_GUIDANCE = 50
const MAX_PREVIEW_EVERY = 1000

/** What is left out is the pack's own. */
export interface GenerationOptions {
  readonly n?: number
  readonly size?: Size
  readonly steps?: number
  readonly guidanceScale?: number
  readonly guidanceRescale?: number
  readonly scheduler?: SchedulerSpec
  /** 0 to 2^64 − 1, of the first picture; picture i has seed + i modulo 2^64. */
  readonly seed: bigint
  readonly noiseSource?: NoiseSource
  /** Above 0, at most 1; of an edit. */
  readonly strength?: number
  /** Calls of the denoiser between two previews; none when left out. */
  readonly previewEvery?: number
}

/** Every option with a value. */
export interface FilledGeneration {
  readonly seeds: readonly bigint[]
  readonly size: Size
  readonly steps: number
  /** Steps that are left out at the start, because an edit begins at its film. */
  readonly startStep: number
  readonly guidanceScale: number
  readonly guidanceRescale: number
  readonly scheduler: FilledSchedulerSpec
  readonly noiseSource: NoiseSource
  readonly strength?: number
  readonly previewEvery: number
}

export interface Errand {
  /** What is changed; a generation changes nothing. */
  readonly edit?: { readonly hasMask: boolean }
}

/** Throws `invalid_option` with a sentence that says what the pack takes. The size of an edit is checked by `editSize`. */
export function fillOptions(model: DiffusionModel, asked: GenerationOptions, { edit }: Errand): FilledGeneration {
  const { defaults, limits, scheduler, inpainting } = model.spec.diffusion
  const { seed } = asked
  if (inpainting === 'concat' && edit?.hasMask !== true) {
    throw new AppError(
      'invalid_option',
      'The model changes films behind a mask and does nothing else: send a film and a mask.',
    )
  }
  if (seed < 0n || seed >= SEEDS) throw invalid('seed', 'is from 0 to 18446744073709551615.')
  const n = whole('n', asked.n ?? 1, 1, limits.images)
  const steps = whole('steps', asked.steps ?? defaults.steps, 1, limits.steps)
  const strength = edit && strengthOf(model, asked, edit.hasMask)
  const filled = fillScheduler(scheduler, knownScheduler(asked.scheduler))
  const start = strength === undefined ? 0 : startStep(steps, strength)
  if (start >= steps) throw invalid('strength', `leaves none of ${steps} steps: it times steps is 1 at least.`)
  // Made here only to be refused here, before any work: how a sampler and its steps fit is the sampler's to say.
  createScheduler(filled, model.spec.diffusion, { steps, startStep: start, noise: () => new Float32Array() })
  return {
    seeds: Array.from({ length: n }, (_, at) => (seed + BigInt(at)) % SEEDS),
    size: asked.size === undefined ? sizeRule(model.spec.diffusion).usual : checkSize(model.spec.diffusion, asked.size),
    steps,
    startStep: start,
    guidanceScale: within(
      'guidance_scale',
      asked.guidanceScale ?? defaults.guidance_scale,
      limits.guidance_scale ?? DEFAULT_MAX_GUIDANCE,
    ),
    guidanceRescale: within('guidance_rescale', asked.guidanceRescale ?? defaults.guidance_rescale ?? 0, 1),
    scheduler: filled,
    noiseSource: knownSource(asked.noiseSource ?? defaults.noise_source ?? 'torch-cpu'),
    ...(strength !== undefined && { strength }),
    previewEvery: whole('preview_every', asked.previewEvery ?? 0, 0, MAX_PREVIEW_EVERY),
  }
}

function strengthOf({ spec }: DiffusionModel, { strength }: GenerationOptions, hasMask: boolean): number {
  const { strength: film = DEFAULT_STRENGTH, mask_strength: mask = 1 } = spec.diffusion.defaults
  const found = strength ?? (hasMask ? mask : film)
  if (found > 0 && found <= 1) return found
  throw invalid('strength', 'is above 0, which would change nothing, and at most 1.')
}

function knownScheduler(asked: SchedulerSpec | undefined): SchedulerSpec | undefined {
  if (asked === undefined || SCHEDULER_NAMES.includes(asked.name)) return asked
  throw invalid('scheduler', `is one of ${schedulerNames()}.`)
}

function knownSource(source: NoiseSource): NoiseSource {
  if (NOISE_SOURCES.includes(source)) return source
  throw invalid('noise_source', `is one of ${NOISE_SOURCES.join(', ')}.`)
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw invalid(name, `is a whole number from ${least} to ${most}.`)
}

function within(name: string, value: number, most: number): number {
  // Not `< 0 || >`: NaN is neither.
  if (value >= 0 && value <= most) return value
  throw invalid(name, `is a number from 0 to ${most}.`)
}

function invalid(name: string, rule: string): AppError {
  return new AppError('invalid_option', `${name} ${rule}`, {
    details: { fields: [{ pointer: `/${name}`, detail: rule }] },
  })
}
