import { signal } from '@preact/signals'
import { askJson, type Answer } from '../api/api.js'
import { filmForm } from '../api/form.js'
import { isUnanswered, ProblemError } from '../api/problem.js'
import type { ClassificationsReply } from '../api/replies.js'
import { films, type Film } from '../films/films.js'
import { clearFilmNotes, setFilmNote } from '../films/film-notes.js'
import { inQueue, stopQueue } from '../films/film-queue.js'
import type { fields } from './options.js'
import { scoreText } from './score.js'

export type FilmResult =
  | { readonly state: 'waiting' | 'running' }
  | { readonly state: 'ready'; readonly answer: Answer<ClassificationsReply> }
  | { readonly state: 'failed'; readonly error: unknown }

type Fields = typeof fields.value

/** By film, all of them asked with `askedWith`. */
const results = signal<ReadonlyMap<number, FilmResult>>(new Map())
let askedWith: Fields | undefined

export function resultOf(film: Film | undefined): FilmResult | undefined {
  return film === undefined ? undefined : results.value.get(film.id)
}

/** Asks about every film that has no answer yet; about all of them again where the options are others. */
export function classifyAll(all: readonly Film[], options: Fields): void {
  if (options !== askedWith) {
    askedWith = options
    stopQueue()
    clearFilmNotes()
    results.value = new Map()
  }
  const fresh = all.filter(({ id }) => !results.peek().has(id))
  if (fresh.length === 0) return
  results.value = new Map([...results.peek(), ...fresh.map(({ id }) => [id, { state: 'waiting' }] as const)])
  for (const film of fresh) void classifyInTurn(film, options)
}

/** Films that nothing waits for: the queue was stopped before their turn. */
export function unasked(all: readonly Film[]): readonly Film[] {
  return all.filter(({ id }) => !results.value.has(id))
}

/** Does not wait for its turn: somebody is looking at this one. */
export function classifyNow(film: Film, options: Fields): void {
  const state = results.peek().get(film.id)?.state
  if (state !== 'waiting' && state !== 'failed') return
  set(film, { state: 'running' })
  classify(film, options).catch((error: unknown) => fail(film, options, error))
}

async function classifyInTurn(film: Film, options: Fields): Promise<void> {
  const turn = { isBegun: false }
  try {
    await inQueue(async () => {
      // Somebody may have looked at it meanwhile, and then it was asked about at once.
      if (!turn.isBegun && (askedWith !== options || results.peek().get(film.id)?.state !== 'waiting')) return
      turn.isBegun = true
      set(film, { state: 'running' })
      await classify(film, options)
    })
  } catch (error) {
    if (turn.isBegun) fail(film, options, error)
    else forget(film, options)
  }
}

/** Rejects as `askJson`. An answer that nobody waits for any more is dropped. */
async function classify(film: Film, options: Fields): Promise<void> {
  if (isLeft(film, options)) return
  const answer = await askJson<ClassificationsReply>('/v1/classifications', { body: filmForm(film.bytes, options) })
  if (isLeft(film, options)) return
  set(film, { state: 'ready', answer })
  const best = answer.body.data[0]?.labels[0]
  if (best !== undefined) setFilmNote(film.id, { text: `${scoreText(best.score)} ${best.label}`, isBad: false })
}

function fail(film: Film, options: Fields, error: unknown): void {
  if (isLeft(film, options)) return
  set(film, { state: 'failed', error })
  setFilmNote(film.id, { text: noteOf(error), isBad: true })
}

function isLeft(film: Film, options: Fields): boolean {
  return options !== askedWith || !films.peek().includes(film)
}

function noteOf(error: unknown): string {
  if (isUnanswered(error)) return 'Not answered'
  return error instanceof ProblemError && error.problem.status === 429 ? 'Busy' : 'Refused'
}

/** The service is back, or has its key: films whose requests were not answered are asked about again. */
export function forgetUnanswered(): void {
  const kept = [...results.peek()].filter(([, result]) => {
    return !(result.state === 'failed' && isUnanswered(result.error))
  })
  if (kept.length < results.peek().size) results.value = new Map(kept)
}

/** A film whose turn never came can be asked about again. */
function forget(film: Film, options: Fields): void {
  if (options !== askedWith || results.peek().get(film.id)?.state !== 'waiting') return
  const rest = new Map(results.peek())
  rest.delete(film.id)
  results.value = rest
}

function set(film: Film, result: FilmResult): void {
  results.value = new Map(results.peek()).set(film.id, result)
}
