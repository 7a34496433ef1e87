import type { TSchema } from 'typebox'
import type { NamedTensors } from '../tensor/tensor.js'
import type { Component } from './component.js'

/** What a model can be asked to do; one endpoint each. */
export const TASKS = [
  'embeddings',
  'similarities',
  'classifications',
  'segmentations',
  'generations',
  'edits',
  'reports',
] as const
export type TaskName = (typeof TASKS)[number]

/**
 * Runs one component on some rows and gives back this caller's own rows, named as the graph names them.
 * It may be awaited as often as a program likes; between two awaits a cancelled request ends with an `AppError`.
 * `outputs` names those that are wanted, all when left out: a local grid of 64 kB an image is not sent for nothing.
 */
export type RunComponent = (role: string, feeds: NamedTensors, outputs?: readonly string[]) => Promise<NamedTensors>

/**
 * A kind of architecture. What differs between two checkpoints of it is data in `model.json`: the sections that
 * `sections` describes. Everything a family does is pure: it knows no file, clock, process or request.
 */
export interface Family {
  readonly name: string
  readonly tasks: readonly TaskName[]
  /** JSON Schemas of the manifest's family sections by section name; optional ones are marked in the schema itself. */
  readonly sections: Readonly<Record<string, TSchema>>
  /** What a schema cannot say (a role that a section needs is missing, say): one sentence a fault, none when sound. */
  faults(manifest: FamilyManifest): string[]
}

/** The part of a manifest that a family may look at. */
export interface FamilyManifest {
  readonly tasks: readonly TaskName[]
  readonly components: Readonly<Record<string, Component>>
  readonly [section: string]: unknown
}
