import { computed, effect, signal } from '@preact/signals'
import { askJson, askText } from '../api/api.js'
import { readyCount } from '../api/connection.js'
import { filmForm } from '../api/form.js'
import { ProblemError } from '../api/problem.js'
import type { AddedReply, Index, IndexesReply } from '../api/replies.js'
import { inQueue } from '../films/film-queue.js'
import { setFilmNote } from '../films/film-notes.js'
import type { Film } from '../films/films.js'
import { createTask } from '../parts/task.js'
import { idOfFilm } from './film-id.js'

export const indexes = signal<readonly Index[]>([])
/** What is typed or chosen; it need not be there yet. */
export const indexName = signal('playground')
/** Somebody agreed that something of these films stays on the service. */
export const agreed = signal(false)
/** The films themselves are kept too. */
export const keepsFilms = signal(false)

export const NAME_PATTERN = '[a-z0-9][a-z0-9._\\-]{0,63}'

export const index = computed(() => indexes.value.find(({ name }) => name === indexName.value))

export const listing = createTask<undefined>()
export const removing = createTask<undefined>()

/** What became of the films that were added last. */
export interface Added {
  readonly written: number
  readonly refused: number
  readonly of: number
}
export const adding = createTask<Added>()
export const added = signal<Added>({ written: 0, refused: 0, of: 0 })

export function listIndexes(): void {
  listing.start(async (stop) => {
    await readIndexes(stop)
    return undefined
  })
}

async function readIndexes(stop?: AbortSignal): Promise<void> {
  const { body } = await askJson<IndexesReply>('/v1/indexes', stop === undefined ? {} : { signal: stop })
  indexes.value = body.data
}

/** Makes the index where it is not there, and adds the films one by one. Those that are there already are written over. */
export function addToIndex(films: readonly Film[]): void {
  const name = indexName.value
  adding.start(async (stop) => {
    added.value = { written: 0, refused: 0, of: films.length }
    if (index.peek() === undefined)
      await askJson(`/v1/indexes/${name}`, {
        method: 'PUT',
        body: { store_sources: keepsFilms.peek() },
        signal: stop,
      })
    await Promise.all(films.map((film) => inQueue(() => addFilm(film, name, stop))))
    await readIndexes(stop)
    return added.value
  })
}

/** A film that is refused does not keep the others out. */
async function addFilm(film: Film, name: string, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return
  const path = `/v1/indexes/${name}/items`
  const body = filmForm(film.bytes, { id: await idOfFilm(film) })
  try {
    const { body: reply } = await askJson<AddedReply>(path, { body, signal: stop })
    const refused = reply.data.find(({ status }) => status === 'refused')
    if (refused !== undefined) throw refusalOf(refused)
    added.value = { ...added.value, written: added.value.written + 1 }
    setFilmNote(film.id, { text: 'Indexed', isBad: false })
  } catch (error) {
    // Of the request and not of the film: a key, a limit, a service that is away.
    if (!(error instanceof ProblemError) || !OF_FILM.has(error.problem.code)) throw error
    added.value = { ...added.value, refused: added.value.refused + 1 }
    setFilmNote(film.id, { text: 'Refused', isBad: true })
  }
}

const OF_FILM: ReadonlySet<string> = new Set(['malformed_image', 'unsupported_media_type', 'image_unfit', 'too_large'])

function refusalOf({ error }: AddedReply['data'][number]): Error {
  return error === undefined ? new Error('The service did not say why it refused a film.') : new ProblemError(error)
}

/** The index and everything that the service keeps of its films. */
export function removeIndex(name: string): void {
  removing.start(async (stop) => {
    await askText(`/v1/indexes/${name}`, { method: 'DELETE', signal: stop })
    await readIndexes(stop)
    return undefined
  })
}

effect(() => {
  // A service that came back may have others.
  if (readyCount.value > 1 && indexes.peek().length > 0) listIndexes()
})
