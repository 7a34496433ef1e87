import { signal } from '@preact/signals'
import { askJson, type Answer } from '../api/api.js'
import { filmForm } from '../api/form.js'
import type { HitsReply } from '../api/replies.js'
import { films, type Film } from '../films/films.js'
import { createTask } from '../parts/task.js'
import { idOfFilm } from './film-id.js'
import { indexName } from './indexes.js'

const MOST_HITS = 12

export const words = signal('pneumonia')

export interface Found {
  readonly index: string
  /** What was looked for, in words for people. */
  readonly like: string
  readonly answer: Answer<HitsReply>
}

export const finding = createTask<Found>()

export function findByWords(): void {
  const text = words.value.trim()
  if (text !== '') find(`“${text}”`, { text, k: MOST_HITS })
}

export function findByFilm(film: Film): void {
  find(film.name, filmForm(film.bytes, { k: MOST_HITS }))
}

function find(like: string, body: object): void {
  const index = indexName.value
  finding.start(async (signal) => {
    // What was indexed before this page was opened is shown with its picture where the film is here again.
    await Promise.all(films.peek().map(idOfFilm))
    const answer = await askJson<HitsReply>(`/v1/indexes/${index}/search`, { body, signal })
    return { index, like, answer }
  })
}
