import { randomUUID } from 'node:crypto'
import { AppError } from '../errors.js'
import type { Query } from '../state/database.js'
import type { State } from '../state/state.js'
import { readFilmHeader, uidDigest, type FilmHeader } from './film-header.js'
import { rulesOf, type Arrival } from './rules.js'
import type { IntakeSettings, Rule } from './settings.js'

export interface GivenFilm extends Arrival {
  /** A whole DICOM file (PS3.10). */
  readonly bytes: Buffer
  /** A file of just these bytes, on the volume of the state and written through to the disk; it is taken away when the film is kept. */
  readonly spooled?: { readonly path: string; readonly sha256: string }
  /** What the sender said outside the file; another inside is refused. */
  readonly claimed?: { readonly study?: string; readonly instance?: string }
  readonly sender: {
    /** A caller's id, or the title of an application entity. */
    readonly caller: string
    /** Address of the socket's other end. */
    readonly peer?: string
  }
}

export interface Received {
  /** `known`: the same bytes were here before, and nothing new comes of them. */
  readonly outcome: 'stored' | 'known'
  readonly uids: FilmHeader['uids']
}

export interface ReceivingOptions {
  readonly state: State
  readonly rules: readonly Rule[]
  readonly settings: Pick<IntakeSettings, 'maxBytes'>
}

const RETRY_AFTER_MS = 30_000

/**
 * A film is on the disk and in the database when this resolves. Throws what `readFilmHeader` throws, `instance_conflict` for other
 * bytes under a known UID, `intake_conflict` for other UIDs than the sender said, `storage_full`, `state_unavailable`.
 */
export async function receiveFilm(film: GivenFilm, { state, rules, settings }: ReceivingOptions): Promise<Received> {
  const { bytes, claimed = {} } = film
  const header = readFilmHeader(bytes)
  const { uids } = header
  if ((claimed.study ?? uids.study) !== uids.study || (claimed.instance ?? uids.instance) !== uids.instance)
    throw new AppError('intake_conflict', 'The film does not say the UIDs that its sender said.')
  const { database, intake: blobs } = state
  await checkRoom(database.query, bytes.byteLength, settings.maxBytes)
  // Before it is known whether it is new: the digest is the only way to tell, and the file is the same.
  const { spooled } = film
  const blob = spooled === undefined ? await blobs.put(bytes) : await blobs.adopt({ ...spooled, bytes })
  const spool = await state.spool()
  const outcome = await database.transaction(async (query) => {
    const instance = uidDigest(uids.instance)
    const study = uidDigest(uids.study)
    // One film of a study at a time, whichever process takes it.
    await query(LOCKS, [study, instance])
    const [known] = await query<{ blob_digest: string }>(KNOWN, [instance])
    if (known !== undefined) return known.blob_digest === blob.digest ? 'known' : 'conflict'
    const id = await openStudy(query, study, spool)
    const { source } = film
    await query(INSERT, [randomUUID(), id, instance, blob.digest, blob.bytes, rulesOf(header, film, rules), source])
    return 'stored'
  })
  if (outcome !== 'conflict') return { outcome, uids }
  throw new AppError('instance_conflict', 'Another object of this UID was received before.')
}

/** The revision that still receives, or the next. */
async function openStudy(query: Query, digest: string, spool: string): Promise<string> {
  const [latest] = await query<{ id: string; state: string; revision: number }>(LATEST, [digest, spool])
  if (latest?.state === 'receiving') {
    await query('update radserve.intake_studies set last_film_at = now() where id = $1', [latest.id])
    return latest.id
  }
  const id = randomUUID()
  await query(OPEN, [id, digest, (latest?.revision ?? 0) + 1, spool])
  return id
}

async function checkRoom(query: Query, bytes: number, maxBytes: number): Promise<void> {
  const [row] = await query<{ bytes: string }>(USED)
  if (Number(row?.bytes) + bytes <= maxBytes) return
  const details = { limit: 'intake.maxBytes', retryAfterMs: RETRY_AFTER_MS }
  throw new AppError('storage_full', 'No more films are taken until others are done.', { details })
}

/** Bytes of films and results that are kept. */
export const USED = `select (select coalesce(sum(f.bytes), 0) from radserve.intake_films f
    join radserve.intake_studies s on s.id = f.study_id where s.cleared_at is null)
  + (select coalesce(sum(result_bytes), 0) from radserve.intake_tasks where result_digest is not null) as bytes`

/** In this order everywhere. */
const LOCKS = 'select pg_advisory_xact_lock(hashtextextended($1, 0)), pg_advisory_xact_lock(hashtextextended($2, 0))'

const KNOWN = 'select blob_digest from radserve.intake_films where uid_digest = $1'

/** Waits for whoever is about to complete it. */
const LATEST = `select id, state, revision from radserve.intake_studies where uid_digest = $1 and spool = $2
  order by revision desc limit 1 for update`

const OPEN = `insert into radserve.intake_studies (id, uid_digest, revision, spool, state)
  values ($1, $2, $3, $4, 'receiving')`

const INSERT = `insert into radserve.intake_films (id, study_id, uid_digest, blob_digest, bytes, rules, source)
  values ($1, $2, $3, $4, $5, $6, $7)`
