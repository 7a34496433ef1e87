import { signal } from '@preact/signals'

/** A word on a film below its picture: what was found, or that it was refused. */
export interface FilmNote {
  readonly text: string
  readonly isBad: boolean
}

const notes = signal<ReadonlyMap<number, FilmNote>>(new Map())

export function filmNote(id: number): FilmNote | undefined {
  return notes.value.get(id)
}

export function setFilmNote(id: number, note: FilmNote): void {
  notes.value = new Map(notes.value).set(id, note)
}

export function clearFilmNotes(): void {
  notes.value = new Map()
}
