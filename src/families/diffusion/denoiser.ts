/** The component `denoiser` in a loop: the way from noise to latents of pictures that go together, call by call of their samplers. */
import { AppError } from '../../errors.js'
import type { Size } from '../../imaging/geometry.js'
import { floatsOf } from '../../tensor/float16.js'
import { areFinite } from '../../tensor/ops.js'
import type { GraphIo } from '../component.js'
import { feedsByKind, kindOf, outputsByKind } from '../graph-io.js'
import type { Loop } from '../loop.js'
import { denoiserFeeds } from './denoiser-feeds.js'
import { guide } from './guidance.js'
import { createScheduler } from './schedulers/create.js'
import type { FilledSchedulerSpec } from './schedulers/defaults.js'
import type { History, Sample, Scheduler } from './schedulers/scheduler.js'
import type { Training } from './schedulers/spec.js'
import type { Picture } from './start.js'

/** All that a denoiser has to know, as plain data. */
export interface DenoiserSetup {
  readonly io: GraphIo
  readonly training: Training
  readonly scheduler: FilledSchedulerSpec
  readonly steps: number
  readonly startStep: number
  /** Prompts that each picture is seen with: with and without its own, or with its own alone. */
  readonly prompts: number
  readonly guidanceScale: number
  readonly guidanceRescale: number
  /** Columns and rows of the latents. */
  readonly latents: Size
  /** All samples have one timestep. */
  readonly pictures: readonly Pick<Picture, 'kept' | 'channels'>[]
  /** What the denoiser saw is kept, for previews. */
  readonly keepsSeen: boolean
}

/** A call that is done: the picture's sample as the denoiser saw it, and what it was taken for. */
export interface SeenCall {
  readonly call: number
  readonly timestep: number
  readonly seen: readonly { readonly sample: Sample; readonly prediction: Sample }[]
}

export interface PictureState {
  latents: Sample
  readonly history: History
  /** Drawn already and not used yet, in order. */
  readonly noises: Sample[]
}

export interface DenoiserState {
  /** Calls that are done. */
  calls: number
  readonly pictures: readonly PictureState[]
  readonly seen: SeenCall[]
}

export interface DenoiserLoop extends Loop<DenoiserState> {
  readonly timesteps: readonly number[]
  readonly isStochastic: boolean
}

/** `draw`: the next noise of a picture that the state does not hold; without it the loop stops there. */
export function createDenoiserLoop(
  setup: DenoiserSetup,
  state: DenoiserState,
  draw?: (picture: number) => Sample,
): DenoiserLoop {
  const schedulers = state.pictures.map((picture, at) => createSampler(setup, picture, draw && (() => draw(at))))
  const { timesteps, isStochastic } = schedulers[0]!
  const isOver = (): boolean => state.calls === timesteps.length
  const hasNoise = (): boolean =>
    !isStochastic || draw !== undefined || state.pictures.every(({ noises }) => noises.length > 0)
  let samples: Sample[] = []
  return {
    timesteps,
    isStochastic,
    state,
    get isOver() {
      return isOver()
    },
    get canStep() {
      return !isOver() && hasNoise()
    },
    feeds() {
      const { calls } = state
      samples = state.pictures.map(({ latents }, at) => schedulers[at]!.scaleInput(latents, calls))
      const own = { ...setup.io, inputs: setup.io.inputs.filter(({ kind }) => kind !== 'tokens') }
      return feedsByKind(own, denoiserFeeds(setup, samples, timesteps[calls]!))
    },
    accept(outputs) {
      const { calls } = state
      const predictions = predictionsOf(setup, samples, outputsByKind(setup.io, outputs))
      state.pictures.forEach((picture, at) => {
        const { kept } = setup.pictures[at]!
        picture.latents = advance({ scheduler: schedulers[at]!, kept }, picture.latents, predictions[at]!, calls)
      })
      const seen = samples.map((sample, at) => ({ sample, prediction: predictions[at]! }))
      if (setup.keepsSeen) state.seen.push({ call: calls, timestep: timesteps[calls]!, seen })
      state.calls = calls + 1
    },
  }
}

function createSampler(setup: DenoiserSetup, picture: PictureState, draw: (() => Sample) | undefined): Scheduler {
  const { scheduler, training, steps, startStep } = setup
  const noise = (): Sample => {
    const next = picture.noises.shift() ?? draw?.()
    if (next === undefined) throw new AppError('internal', 'A sampler was left without noise. This is a bug.')
    return next
  }
  return createScheduler(scheduler, training, { steps, startStep, noise, history: picture.history })
}

interface Way {
  readonly scheduler: Scheduler
  readonly kept: Picture['kept']
}

function advance({ scheduler, kept }: Way, latents: Sample, prediction: Sample, call: number): Sample {
  const next = scheduler.step(prediction, latents, call)
  if (kept === undefined) return next
  const film = scheduler.addNoise(kept.clean, kept.noise, call + 1)
  const area = kept.mask.length
  for (let i = 0; i < next.length; i++) {
    const share = kept.mask[i % area]!
    next[i] = (1 - share) * film[i]! + share * next[i]!
  }
  return next
}

/** One a picture, guided. Throws `model_output_invalid`. */
function predictionsOf(
  { prompts, guidanceScale, guidanceRescale }: DenoiserSetup,
  samples: readonly Sample[],
  outputs: Parameters<typeof kindOf>[0],
): Sample[] {
  const values = floatsOf(kindOf(outputs, 'prediction'))
  const count = samples[0]!.length
  if (values.length !== count * samples.length * prompts || !areFinite(values)) {
    throw new AppError(
      'model_output_invalid',
      'The denoiser gave values that are no numbers, or not as many as it took.',
    )
  }
  const rowOf = (row: number): Sample => values.subarray(row * count, (row + 1) * count)
  return samples.map((_, at) =>
    prompts === 1 ? rowOf(at) : guide(rowOf(at), rowOf(samples.length + at), guidanceScale, guidanceRescale),
  )
}
