/** The kinds of loops, by the name under which another process makes them from plain data. */
import { AppError } from '../errors.js'
import { createDenoiserLoop, type DenoiserSetup, type DenoiserState } from './diffusion/denoiser.js'
import type { Loop, LoopOrder } from './loop.js'
import { createDecoderLoop, type DecoderSetup, type DecoderState } from './report/decoder.js'

type MakeLoop = (setup: unknown, state: unknown) => Loop<unknown>

// What comes was made by a program of this very version in the parent process, so its shape is not checked again.
const KINDS: Readonly<Record<string, MakeLoop>> = {
  decoder: (setup, state) => createDecoderLoop(setup as DecoderSetup, state as DecoderState),
  denoiser: (setup, state) => createDenoiserLoop(setup as DenoiserSetup, state as DenoiserState),
}

/** The loop that a state is of. */
export function createLoop({ kind, setup }: LoopOrder, state: unknown): Loop<unknown> {
  const make = KINDS[kind]
  if (make === undefined) throw new AppError('internal', `There is no loop ${kind}. This is a bug.`)
  return make(setup, state)
}
