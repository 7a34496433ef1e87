import { signal } from '@preact/signals'
import { askJson, type Answer } from '../api/api.js'
import { filmForm } from '../api/form.js'
import type { SimilaritiesReply } from '../api/replies.js'
import type { Film } from '../films/films.js'

export type SentenceAnswer = Answer<SimilaritiesReply>

/** `name@version`; undefined is the default of the service. */
export const alignModel = signal<string | undefined>(undefined)
/** What is being typed, and what was last asked. */
export const draft = signal('Patchy opacities in both lungs.')
export const sentence = signal(draft.value)

export function askSentence(film: Film, text: string, signal: AbortSignal): Promise<SentenceAnswer> {
  const body = filmForm(film.bytes, { model: alignModel.peek(), texts: [text], maps: true })
  return askJson<SimilaritiesReply>('/v1/similarities', { body, signal })
}
