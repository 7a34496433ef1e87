import { useEffect } from 'preact/hooks'
import { selectedFilm } from '../films/films.js'
import { ErrorBox } from '../parts/error-box.js'
import { ModelChoice } from '../parts/model-choice.js'
import { preparedFor } from '../viewer/view-state.js'
import { Areas } from './areas.js'
import { chosenModel, outline, segmenting, sentence, suggestions } from './segment.js'
import { useContours } from './use-contours.js'

/** What a sentence names, outlined on the film. */
export function SegmentScreen() {
  const film = selectedFilm.value
  const task = segmenting.state.value
  const found = task.state === 'ready' && task.result.film === film ? task.result : undefined
  useContours(found)
  useEffect(() => {
    preparedFor.value = { model: chosenModel.value, task: 'segmentations' }
  }, [chosenModel.value])
  return (
    <div class="stack">
      <div class="screen-head">
        <h1>Segment</h1>
        <p class="fine">Say what should be outlined. The model knows what its card names, and little else.</p>
      </div>
      <ModelChoice task="segmentations" value={chosenModel.value} onChange={(id) => (chosenModel.value = id)} />
      <SentenceForm
        isReady={film !== undefined}
        isBusy={task.state === 'running'}
        onAsk={() => film && outline(film)}
      />
      <div aria-live="polite">
        {film === undefined && <p class="empty">Choose a film to outline something on it.</p>}
        {task.state === 'running' && <p class="empty">Outlining…</p>}
        {task.state === 'failed' && film !== undefined && <ErrorBox error={task.error} onRetry={() => outline(film)} />}
        {task.state === 'ready' && found === undefined && film !== undefined && (
          <p class="empty">This film was not asked about yet.</p>
        )}
        {found !== undefined && <Areas outlined={found} />}
      </div>
    </div>
  )
}

interface FormProps {
  readonly isReady: boolean
  readonly isBusy: boolean
  onAsk(): void
}

function SentenceForm({ isReady, isBusy, onAsk }: FormProps) {
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault()
        onAsk()
      }}
    >
      <label class="field">
        <span>Sentence</span>
        <input
          type="text"
          value={sentence.value}
          list="structures"
          maxLength={500}
          onInput={(event) => (sentence.value = event.currentTarget.value)}
        />
      </label>
      <datalist id="structures">
        {suggestions.value.map((text) => (
          <option key={text} value={text} />
        ))}
      </datalist>
      <button type="submit" class="button primary" disabled={!isReady || isBusy || sentence.value.trim() === ''}>
        Outline
      </button>
      <Suggestions />
    </form>
  )
}

const MAX_SUGGESTIONS = 6

/** The rest is in the list of the field itself. */
function Suggestions() {
  const known = suggestions.value.slice(0, MAX_SUGGESTIONS)
  if (known.length === 0) return null
  return (
    <div class="chips" role="group" aria-label="What the model knows">
      {known.map((text) => (
        <button
          key={text}
          type="button"
          class="chip"
          aria-pressed={sentence.value === text}
          onClick={() => (sentence.value = text)}
        >
          {text}
        </button>
      ))}
    </div>
  )
}
