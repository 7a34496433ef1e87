import { computed, signal } from '@preact/signals'
import { askEvents } from '../api/events.js'
import { filmForm } from '../api/form.js'
import type { ReportReply, Token } from '../api/replies.js'
import { films, selectedFilm, type Film } from '../films/films.js'
import { modelsFor } from '../models/model-list.js'
import { createTask } from '../parts/task.js'

/** `name@version`; undefined is the default of the service. */
export const chosenModel = signal<string | undefined>(undefined)
/** The text is held against the model's own classifier. */
export const isChecked = signal(false)
/** Films that were ticked; none means the one that is shown. */
export const ticked = signal<ReadonlySet<number>>(new Set())

const model = computed(() => {
  const able = modelsFor('reports')
  return able.find(({ id }) => id === chosenModel.value) ?? able[0]
})

/** Films that one study may have. */
export const mostFilms = computed(() => model.value?.reports?.films ?? 1)

export const study = computed<readonly Film[]>(() => {
  const chosen = films.value.filter(({ id }) => ticked.value.has(id))
  if (chosen.length > 0) return chosen.slice(0, mostFilms.value)
  return selectedFilm.value === undefined ? [] : [selectedFilm.value]
})

export interface Draft {
  readonly study: readonly Film[]
  readonly reply: ReportReply
  readonly totalMs: number
}

export const writing = createTask<Draft>()
/** The text so far. */
export const written = signal('')

export function write(): void {
  const asked = study.value
  if (asked.length === 0) return
  written.value = ''
  const fields = { model: chosenModel.value, check_with: isChecked.value ? true : undefined }
  writing.start(async (stop) => {
    const startMs = performance.now()
    const body = filmForm(
      asked.map(({ bytes }) => bytes),
      fields,
    )
    for await (const { name, data } of askEvents('/v1/reports', { body, signal: stop })) {
      if (name === 'token') written.value += (data as Token).text
      if (name === 'result') return { study: asked, reply: data as ReportReply, totalMs: performance.now() - startMs }
    }
    throw new Error('The service ended without a report.')
  })
}

export function tick(film: Film, isTicked: boolean): void {
  const next = new Set(ticked.value)
  if (isTicked) next.add(film.id)
  else next.delete(film.id)
  ticked.value = next
}
