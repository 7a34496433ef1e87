import { signal } from '@preact/signals'
import { askJson, type Answer } from '../api/api.js'
import { filmForm } from '../api/form.js'
import type { Film } from '../films/films.js'
import type { ModelIdentity } from '../parts/answered-by.js'

/** Of `POST /v1/similarities` with one film and one text; only what is read here. */
export interface SimilarityReply {
  readonly data: readonly {
    readonly score: number
    readonly global?: number
    readonly local?: number
    readonly map?: { readonly words: readonly string[]; readonly kind: 'attention' | 'cosine' }
  }[]
  readonly model: ModelIdentity
  readonly usage: { readonly truncated_texts: number }
}

export type SentenceAnswer = Answer<SimilarityReply>

/** `name@version`; undefined is the default of the service. */
export const alignModel = signal<string | undefined>(undefined)
/** What is being typed, and what was last asked. */
export const draft = signal('Patchy opacities in both lungs.')
export const sentence = signal(draft.value)

export function askSentence(film: Film, text: string, signal: AbortSignal): Promise<SentenceAnswer> {
  const body = filmForm(film.bytes, { model: alignModel.peek(), texts: [text], maps: true })
  return askJson<SimilarityReply>('/v1/similarities', { body, signal })
}
