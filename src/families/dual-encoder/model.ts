import { AppError } from '../../errors.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { TextSpec } from '../../text/spec.js'
import type { Tokenizer } from '../../text/tokenizer.js'
import type { Component } from '../component.js'
import type { RunComponent } from '../family.js'
import type { DualEncoderSpec, TextPost } from './spec.js'

export type { Usage } from '../token-feeds.js'

/** What the family needs of a prepared image: pixels of dims [1, c, h, w], as the pack's image steps left them. */
export interface PixelRow {
  readonly pixels: Tensor
}

/** A pack as the family sees it: the manifest's sections, its components by role, and its tokenizer. */
export interface DualEncoderModel {
  readonly spec: DualEncoderSpec
  readonly components: Readonly<Record<string, Component>>
  /** Absent where the pack reads no texts. */
  readonly tokenizer?: Tokenizer
}

/** What a pack that reads texts has beside its text graph. */
export interface TextSide {
  readonly text: TextSpec
  readonly post: TextPost
  readonly tokenizer: Tokenizer
}

/** Throws `invalid_option` for a pack that has an image tower alone. */
export function textSideOf({ spec: { text, text_post: post }, tokenizer }: DualEncoderModel): TextSide {
  if (text === undefined || post === undefined || tokenizer === undefined) {
    throw new AppError('invalid_option', 'This model reads no texts: it has an image tower alone.')
  }
  return { text, post, tokenizer }
}

/**
 * One task in the three steps of the house. `prepare` and `finish` are pure and synchronous; `program` awaits runs of
 * components. A caller that wants timings calls the three itself; all throw `AppError`.
 */
export interface DualEncoderTask<Input, Prepared, Outputs, Result> {
  prepare(model: DualEncoderModel, input: Input): Prepared
  program(model: DualEncoderModel, prepared: Prepared, run: RunComponent): Promise<Outputs>
  finish(model: DualEncoderModel, prepared: Prepared, outputs: Outputs): Result
}

/** The pack and the way to run its graphs, beside the input of a task. */
export type OnModel<Input> = Input & { readonly model: DualEncoderModel; readonly run: RunComponent }

/** Rows and columns of the local features of an image. */
export type GridSize = readonly [rows: number, columns: number]

/** Runs a task from its input to its result. */
export async function perform<Input, Prepared, Outputs, Result>(
  task: DualEncoderTask<Input, Prepared, Outputs, Result>,
  input: OnModel<Input>,
): Promise<Result> {
  const prepared = task.prepare(input.model, input)
  return task.finish(input.model, prepared, await task.program(input.model, prepared, input.run))
}
