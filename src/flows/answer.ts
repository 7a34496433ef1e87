import type { DicomFacts } from '../imaging/dicom/facts.js'
import type { Geometry } from '../imaging/geometry.js'
import type { PreparedImage } from '../imaging/image-pool.js'
import type { Demand } from '../ports.js'
import type { UnfitFilm } from './gate.js'
import type { UsedFile } from './runner.js'

/** Exactly which model bytes answered: the digest is over `model.json`, which holds the digest of every other file. */
export interface ModelIdentity {
  readonly name: string
  readonly version: string
  readonly digest: string
}

/** Where the time of one request went, in milliseconds; sums over its images and over its runs. */
export interface Timings {
  decodeMs: number
  prepareMs: number
  queueMs: number
  runMs: number
  finishMs: number
}

/** What was read, for answers that say what they are about. */
export interface ReadFilm {
  readonly dicom?: DicomFacts
  /** sha256 in hex. */
  readonly pixelSha256?: string
}

export interface Answer<Result> {
  readonly model: ModelIdentity
  readonly result: Result
  readonly timings: Readonly<Timings>
  /** Of the images in the order given: what a map is placed by. */
  readonly geometries: readonly Geometry[]
  /** In the order given. */
  readonly films?: readonly ReadFilm[]
  /** Films that the gate only warns of. */
  readonly unfit?: readonly UnfitFilm[]
  /** By film as given, where the pack tells: how unlike those that it was made from; 1 is the pack's limit. */
  readonly outlierScores?: readonly (number | undefined)[]
  /** The pack's graphs and weights that the answer came from. */
  readonly files?: readonly UsedFile[]
}

/** What every task takes beside its own input. `model` is `name` or `name@version`; absent, the task's default. */
export interface TaskRequest {
  readonly model?: string
  readonly demand: Demand
}

export function readFilm({ dicom, pixelSha256 }: Pick<PreparedImage, 'dicom' | 'pixelSha256'>): ReadFilm {
  return { ...(dicom && { dicom }), ...(pixelSha256 !== undefined && { pixelSha256 }) }
}

export function startTimings(): Timings {
  return { decodeMs: 0, prepareMs: 0, queueMs: 0, runMs: 0, finishMs: 0 }
}
