/** What a model said of a study, in words that every outgoing format (FHIR, HL7 v2) is written from. */
import type { FilmUids } from '../imaging/dicom/film-uids.js'

export interface AiFilm {
  /** Of a DICOM film. */
  readonly uids?: FilmUids
  /** sha256 in hex of the pixels that were read. */
  readonly pixelSha256?: string
}

/**
 * `indeterminate`: two readings contradict each other. Left out of a finding where the model only gives a score and nothing
 * says from where on it means yes.
 */
export type Statement = 'present' | 'absent' | 'indeterminate'

/** A number with what it means. */
export interface Measure {
  /** Of `urn:radserve:measure`. */
  readonly code: string
  readonly meaning: string
  readonly value: number
  /** UCUM. */
  readonly unit: '1' | 'mm2' | '{pixels}' | '{count}'
}

export interface AiFinding {
  readonly label: string
  readonly statement?: Statement
  /** How the statement or the score came about. */
  readonly method: string
  /** What was measured itself, where that is the answer and not a statement. */
  readonly measured?: Measure
  readonly measures: readonly Measure[]
  readonly notes: readonly string[]
}

/** One film by itself, or the films of one study. */
export interface AiReport {
  readonly films: readonly AiFilm[]
  /** Of a chest radiograph, where every film says that it is one. */
  readonly views?: 'one' | 'two'
  readonly findings: readonly AiFinding[]
  /** A drafted text. */
  readonly text?: string
  readonly notes: readonly string[]
}

export interface AiDocument {
  readonly reports: readonly AiReport[]
  readonly model: { readonly name: string; readonly version: string; readonly digest: string }
  /** Of the service. */
  readonly serviceVersion: string
  /** Milliseconds since 1970. */
  readonly atMs: number
}

/** Stands in every document. */
export const AI_NOTICE =
  'Preliminary result of software, verified by nobody: not a diagnosis, and not for the care of a patient before a radiologist has read the films.'
