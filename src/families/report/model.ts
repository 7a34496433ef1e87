import type { Vocabulary } from '../../text/vocabulary.js'
import type { Component } from '../component.js'
import type { DualEncoderModel } from '../dual-encoder/model.js'
import type { DualEncoderSpec } from '../dual-encoder/spec.js'
import type { ReportSpec } from './spec.js'

/** A pack as the family sees it: the manifest's sections, its components by role, and what it writes with. */
export interface ReportModel {
  readonly spec: ReportSpec
  readonly components: Readonly<Record<string, Component>>
  readonly vocabulary: Vocabulary
  /** The two towers that the pack has beside its decoder. */
  readonly dual?: DualEncoderModel
}

/** Of two towers: one for texts is always among them. */
export type TwoTowerSpec = DualEncoderSpec & Required<Pick<DualEncoderSpec, 'text' | 'text_post'>>

/** The sections of the dual encoder that a report pack is too; `undefined` where it is none. */
export function dualSpecOf(spec: ReportSpec): TwoTowerSpec | undefined {
  const { text, text_post: textPost, score } = spec
  if (text === undefined || textPost === undefined || score === undefined) return undefined
  const goldens = spec.goldens.filter((golden) => golden.kind !== 'report')
  return { ...spec, text, text_post: textPost, score, goldens }
}
