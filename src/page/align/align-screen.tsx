import { useEffect, useState } from 'preact/hooks'
import { selectedFilm, type Film } from '../films/films.js'
import { ErrorBox } from '../parts/error-box.js'
import { ModelChoice } from '../parts/model-choice.js'
import { preparedFor } from '../viewer/view-state.js'
import { alignModel, askSentence, draft, sentence, type SentenceAnswer } from './sentence.js'
import { Words } from './words.js'

type State =
  | { readonly state: 'none' | 'asking' }
  | { readonly state: 'ready'; readonly answer: SentenceAnswer }
  | { readonly state: 'failed'; readonly error: unknown }

/** How well a sentence fits the film, and where each of its words is seen. */
export function AlignScreen() {
  const film = selectedFilm.value
  const text = sentence.value
  const [state, retry] = useAnswer(film, text)
  useEffect(() => {
    preparedFor.value = { model: alignModel.value, task: 'similarities' }
  }, [alignModel.value])
  return (
    <div class="stack">
      <div class="screen-head">
        <h1>Align</h1>
        <p class="fine">How well a sentence fits the film, and where the model sees each of its words.</p>
      </div>
      <ModelChoice task="similarities" value={alignModel.value} onChange={(id) => (alignModel.value = id)} />
      <SentenceForm />
      <p class="visually-hidden" aria-live="polite">
        {state.state === 'ready' && `Score ${state.answer.body.data[0]?.score.toFixed(3) ?? ''}.`}
      </p>
      <div>
        {film === undefined && <p class="empty">Choose a film to compare the sentence with.</p>}
        {state.state === 'asking' && <p class="empty">Asking the model…</p>}
        {state.state === 'failed' && <ErrorBox error={state.error} onRetry={retry} />}
        {state.state === 'ready' && film !== undefined && <Words film={film} text={text} answer={state.answer} />}
      </div>
    </div>
  )
}

function SentenceForm() {
  const ask = (): void => {
    if (draft.value.trim() !== '') sentence.value = draft.value.trim()
  }
  return (
    <form
      class="own-labels"
      onSubmit={(event) => {
        event.preventDefault()
        ask()
      }}
    >
      <label class="field">
        <span>Sentence, in English</span>
        <textarea
          rows={3}
          value={draft.value}
          maxLength={5000}
          onInput={(event) => (draft.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey) return
            event.preventDefault()
            ask()
          }}
        />
      </label>
      <button
        type="submit"
        class="button"
        disabled={draft.value.trim() === '' || draft.value.trim() === sentence.value}
      >
        Compare
      </button>
    </form>
  )
}

function useAnswer(film: Film | undefined, text: string): [State, () => void] {
  const [state, setState] = useState<State>({ state: 'none' })
  const [attempt, setAttempt] = useState(0)
  const model = alignModel.value
  useEffect(() => {
    if (film === undefined) {
      setState({ state: 'none' })
      return
    }
    const left = new AbortController()
    setState({ state: 'asking' })
    askSentence(film, text, left.signal).then(
      (answer) => left.signal.aborted || setState({ state: 'ready', answer }),
      (error: unknown) => left.signal.aborted || setState({ state: 'failed', error }),
    )
    return () => left.abort()
  }, [film, text, model, attempt])
  return [state, () => setAttempt(attempt + 1)]
}
