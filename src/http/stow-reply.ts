/** The answer of STOW-RS (PS3.18 section 10.5): which objects are here and which are not, in the DICOM JSON model. */
import type { ErrorCode } from '../errors.js'
import type { FilmUids } from '../imaging/dicom/film-uids.js'

export interface StoredFilm {
  readonly uids: Partial<FilmUids>
  /** Absent: it is here. */
  readonly error?: ErrorCode
}

/** Failure reasons of PS3.18 table I.2-2 and PS3.4 table GG.4-1. */
const OUT_OF_RESOURCES = 0xa700
const PROCESSING_FAILURE = 0x0110
const REASONS: Readonly<Partial<Record<ErrorCode, number>>> = {
  storage_full: OUT_OF_RESOURCES,
  state_unavailable: OUT_OF_RESOURCES,
  audit_unavailable: OUT_OF_RESOURCES,
  // Not "duplicate", which others take for "it is there": this one is not.
  instance_conflict: 0xa900,
  intake_conflict: 0xa900,
  malformed_image: 0xc000,
  // SOP Class not supported.
  image_unfit: 0x0122,
  // Transfer syntax not supported.
  unsupported_media_type: 0xc122,
}

export function stowStatus(films: readonly StoredFilm[]): 200 | 202 | 409 | 503 {
  const failed = films.filter(({ error }) => error !== undefined)
  if (failed.length === 0) return 200
  if (failed.length < films.length) return 202
  return failed.every(({ error }) => reasonOf(error!) === OUT_OF_RESOURCES) ? 503 : 409
}

export function stowReply(films: readonly StoredFilm[]): object {
  const stored = films.filter(({ error }) => error === undefined).map(({ uids }) => referenceTo(uids))
  const failed = films.flatMap(({ uids, error }) =>
    error === undefined ? [] : [{ ...referenceTo(uids), '00081197': { vr: 'US', Value: [reasonOf(error)] } }],
  )
  return {
    ...(stored.length > 0 && { '00081199': { vr: 'SQ', Value: stored } }),
    ...(failed.length > 0 && { '00081198': { vr: 'SQ', Value: failed } }),
  }
}

function referenceTo({ sopClass, instance }: Partial<FilmUids>): object {
  return {
    ...(sopClass !== undefined && { '00081150': { vr: 'UI', Value: [sopClass] } }),
    ...(instance !== undefined && { '00081155': { vr: 'UI', Value: [instance] } }),
  }
}

function reasonOf(error: ErrorCode): number {
  return REASONS[error] ?? PROCESSING_FAILURE
}
