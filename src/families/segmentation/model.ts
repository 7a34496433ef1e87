import type { Tokenizer } from '../../text/tokenizer.js'
import type { Component } from '../component.js'
import type { RunComponent } from '../family.js'
import type { SegmentationSpec } from './spec.js'

/** A pack as the family sees it: the manifest's sections, its components by role, and its tokenizer. */
export interface SegmentationModel {
  readonly spec: SegmentationSpec
  readonly components: Readonly<Record<string, Component>>
  readonly tokenizer: Tokenizer
}

/** The pack and the way to run its graphs, beside the input of a task. */
export type OnModel<Input> = Input & { readonly model: SegmentationModel; readonly run: RunComponent }
