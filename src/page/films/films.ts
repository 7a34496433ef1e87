import { computed, signal } from '@preact/signals'
import { HEAD_BYTES, kindOf, type FilmKind } from './kind.js'

/** One film of this page; it never leaves the browser but in a request. */
export interface Film {
  readonly id: number
  /** As the file is called here. Shown, and never sent: it may name a patient. */
  readonly name: string
  readonly bytes: Blob
  readonly kind: FilmKind
  /** Of a bundled sample: who is to be thanked for it. */
  readonly credit?: string
}

/** More would only fill the memory of the tab. */
export const MAX_FILMS = 500

export const films = signal<readonly Film[]>([])
export const selectedId = signal<number | undefined>(undefined)
export const selectedFilm = computed(() => films.value.find(({ id }) => id === selectedId.value))
/** Said once, for those who cannot see the strip. */
export const filmNotice = signal('')
/** What became of files that are not among the films. */
export const filmWarning = signal('')

let lastId = 0

/** Adds files and shows the first of them. What is left out is told by `filmWarning`. */
export async function addFilms(
  files: readonly (File | { name: string; bytes: Blob; credit: string })[],
): Promise<void> {
  const room = MAX_FILMS - films.value.length
  const taken = files.slice(0, room)
  const read = await Promise.allSettled(taken.map(readFilm))
  const added = read.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  films.value = [...films.value, ...added].slice(0, MAX_FILMS)
  const [first] = added
  if (first !== undefined) selectedId.value = first.id
  filmNotice.value = `${added.length} ${added.length === 1 ? 'film' : 'films'} added.`
  const leftOut = files.length - taken.length
  const unreadable = taken.length - added.length
  filmWarning.value =
    (leftOut > 0 ? `${leftOut} left out: this page holds ${MAX_FILMS} at most. ` : '') +
    (unreadable > 0 ? `${unreadable} could not be read; a folder cannot be dropped, its files can.` : '')
}

async function readFilm(file: File | { name: string; bytes: Blob; credit: string }): Promise<Film> {
  const isSample = !(file instanceof File)
  const bytes = isSample ? file.bytes : file
  const head = new Uint8Array(await bytes.slice(0, HEAD_BYTES).arrayBuffer())
  lastId++
  return { id: lastId, name: file.name, bytes, kind: kindOf(head), ...(isSample && { credit: file.credit }) }
}

export function removeFilm(id: number): void {
  const at = films.value.findIndex((film) => film.id === id)
  const rest = films.value.filter((film) => film.id !== id)
  if (selectedId.value === id) selectedId.value = (rest[at] ?? rest[at - 1])?.id
  films.value = rest
}

export function clearFilms(): void {
  filmWarning.value = ''
  films.value = []
  selectedId.value = undefined
}

export function selectNext(by: 1 | -1): void {
  const at = films.value.findIndex(({ id }) => id === selectedId.value)
  const next = films.value[at + by]
  if (next !== undefined) selectedId.value = next.id
}
