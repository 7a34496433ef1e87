/** Takes pictures from noise to their latents. */
import { constant, type Tensor } from '../../tensor/tensor.js'
import { componentOf, feedsByKind, outputNames } from '../graph-io.js'
import type { RunLoop } from '../loop.js'
import { createDenoiserLoop, type DenoiserSetup, type DenoiserState, type SeenCall } from './denoiser.js'
import type { DiffusionModel } from './model.js'
import type { Sample } from './schedulers/scheduler.js'
import type { Picture } from './start.js'
import { repeatRows } from './texts.js'

/** Calls for which noise is drawn ahead, where a sampler needs it: so many it can make in a lane at a time. */
const NOISES_AHEAD = 8

/** Pictures that go together, and all that they have in common. */
export interface Group extends Omit<DenoiserSetup, 'io' | 'training' | 'prompts' | 'pictures'> {
  readonly pictures: readonly Picture[]
  /** [1, length, width] of the negative prompt and of the prompt, or of the prompt alone. */
  readonly tokens: readonly Tensor[]
  /** Of a `LoopCall`. */
  readonly toldEveryMs: number | undefined
}

export interface Denoised {
  /** By picture. */
  readonly latents: readonly Sample[]
  /** Of every call. */
  readonly timesteps: readonly number[]
}

/** A call that is done. */
export interface CallDone {
  readonly call: number
  readonly of: number
  /** How many are done by now: several may be when the first of them is told. */
  readonly done: number
  /** What the denoiser saw at it, where the group keeps that. */
  readonly seen: SeenCall | undefined
}

/** Hears of calls in order. */
export type OnCall = (call: CallDone) => void

/**
 * Every call is one run, of all pictures without the prompt and then all with it: it shares a batch with whoever else is at this
 * graph. Throws `model_output_invalid`, and whatever `advance` throws.
 */
export async function denoise(
  model: DiffusionModel,
  { pictures, tokens, toldEveryMs, ...group }: Group,
  advance: RunLoop,
  onCall: OnCall,
): Promise<Denoised> {
  const denoiser = componentOf(model, 'denoiser')
  const { prediction, train_steps, betas } = model.spec.diffusion
  const setup: DenoiserSetup = {
    ...group,
    io: { inputs: denoiser.inputs, outputs: denoiser.outputs },
    training: { prediction, train_steps, betas },
    prompts: tokens.length,
    pictures: pictures.map(({ kept, channels }) => ({ ...(kept && { kept }), ...(channels && { channels }) })),
  }
  const order = { kind: 'denoiser', setup }
  const prompts = { ...denoiser, inputs: denoiser.inputs.filter(({ kind }) => kind === 'tokens') }
  const constants = feedsByKind(prompts, { tokens: constant(repeatRows(tokens, pictures.length)) })
  const outputs = outputNames(denoiser, ['prediction'])
  const resume = (state: DenoiserState) => createDenoiserLoop(setup, state, (at) => pictures[at]!.noise())
  let loop = resume(begin(pictures))
  let told = 0
  while (!loop.isOver) {
    if (loop.isStochastic) drawAhead(loop.state, pictures, loop.timesteps.length)
    loop = await advance('denoiser', { loop, order, constants, outputs, toldEveryMs, resume })
    const seen = loop.state.seen.splice(0)
    const { calls: done } = loop.state
    for (; told < done; told++) onCall({ call: told, of: loop.timesteps.length, done, seen: seen.shift() })
  }
  return { latents: loop.state.pictures.map(({ latents }) => latents), timesteps: loop.timesteps }
}

function begin(pictures: readonly Picture[]): DenoiserState {
  const own = pictures.map(({ latents }) => ({ latents, history: { found: [] }, noises: [] }))
  return { calls: 0, pictures: own, seen: [] }
}

function drawAhead({ calls, pictures }: DenoiserState, draws: readonly Picture[], of: number): void {
  pictures.forEach(({ noises }, at) => {
    while (noises.length < Math.min(NOISES_AHEAD, of - calls)) noises.push(draws[at]!.noise())
  })
}
