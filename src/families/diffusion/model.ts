import type { Tokenizer } from '../../text/tokenizer.js'
import type { Component } from '../component.js'
import type { DiffusionSpec } from './spec.js'

/** A pack as the family sees it: the manifest's sections, its components by role, and its tokenizer. */
export interface DiffusionModel {
  readonly spec: DiffusionSpec
  readonly components: Readonly<Record<string, Component>>
  readonly tokenizer: Tokenizer
}
