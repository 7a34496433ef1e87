import type { ObjectStore } from '../store-outcome.js'

export type DicomwebAuth =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string }

export interface DicomwebOptions {
  /** Of the service (PS3.18 section 8.2), without a slash at its end: `https://pacs.example/dicom-web`. */
  readonly baseUrl: string
  readonly auth?: DicomwebAuth
  /** Of one request, its answer included. */
  readonly timeoutMs: number
  /** Of one answer. */
  readonly maxBytes: number
  /** Objects in one answer. */
  readonly maxParts: number
}

/** Which objects: a study, a series of it, an instance of that. */
export interface DicomwebPath {
  readonly study: string
  readonly series?: string
  readonly instance?: string
}

export interface DicomwebFrame extends Required<DicomwebPath> {
  /** From 1. */
  readonly frame: number
}

/** Attributes by their tag of eight hexadecimal digits, as the DICOM JSON model has them (PS3.18 annex F). */
export type DicomJson = Readonly<Record<string, { readonly vr: string; readonly Value?: readonly unknown[] }>>

/**
 * A DICOMweb server (PS3.18). What fails throws an `AppError` that quotes nothing of the answer: `dicom_not_found` (404, 410 or
 * no UID), `too_large`, `deadline_exceeded`, `upstream_failed` (anything else); the reason of `signal` when that aborts.
 */
export interface DicomwebClient extends ObjectStore {
  /** QIDO-RS: `query` is matched by keyword or tag (`PatientID`, `00100020`, `limit`, `includefield`). */
  search(
    level: 'studies' | 'series' | 'instances',
    query: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<readonly DicomJson[]>
  /**
   * WADO-RS: whole files (PS3.10) in the transfer syntax in which they are kept, one after the other as they come; `too_large`
   * where all of them are more than `maxBytes`, the client's own limit if left out.
   */
  retrieve(path: DicomwebPath, signal?: AbortSignal, maxBytes?: number): AsyncGenerator<Uint8Array, void, undefined>
  /** WADO-RS: the pixels of one frame as they are kept, without a header, and the media type they were answered in. */
  frame(path: DicomwebFrame, signal?: AbortSignal): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }>
}
