import type { Film } from '../films/films.js'

const ids = new WeakMap<Film, Promise<string>>()
const found = new Map<string, number>()

/**
 * What a film is called in an index: never its file's name, which may hold a patient's. The same bytes have the same id, so
 * that a film that is added again takes its own place, and is known here when the page is opened anew.
 */
export function idOfFilm(film: Film): Promise<string> {
  const known = ids.get(film) ?? makeId(film)
  ids.set(film, known)
  return known
}

/** The film of this page that was asked for by `idOfFilm` and has this id. */
export function filmOfId(id: string, films: readonly Film[]): Film | undefined {
  return films.find((film) => film.id === found.get(id))
}

async function makeId(film: Film): Promise<string> {
  const id = `film-${hex(await digestOf(film.bytes)).slice(0, 32)}`
  found.set(id, film.id)
  return id
}

/** Browsers hash on pages of HTTPS and of this machine alone; elsewhere the id is drawn. */
async function digestOf(bytes: Blob): Promise<Uint8Array> {
  const subtle = (globalThis.crypto as Partial<Crypto>).subtle
  if (subtle === undefined) return crypto.getRandomValues(new Uint8Array(16))
  return new Uint8Array(await subtle.digest('SHA-256', await bytes.arrayBuffer()))
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
