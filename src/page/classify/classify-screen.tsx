import { useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { readyCount } from '../api/connection.js'
import { films, selectedFilm } from '../films/films.js'
import { ErrorBox } from '../parts/error-box.js'
import { ModelChoice } from '../parts/model-choice.js'
import { preparedFor } from '../viewer/view-state.js'
import { LabelChoice } from './label-choice.js'
import { chosenLabels, chosenModel, fields } from './options.js'
import { classifyAll, classifyNow, forgetUnanswered, resultOf, unasked, type FilmResult } from './results.js'
import { scoreText } from './score.js'
import { Scores } from './scores.js'

/** What a model says of each film, by labels. */
export function ClassifyScreen() {
  useSignalEffect(() => {
    if (readyCount.value > 0) forgetUnanswered()
    classifyAll(films.value, fields.value)
  })
  const film = selectedFilm.value
  const result = resultOf(film)
  const isWaiting = result?.state === 'waiting'
  useEffect(() => {
    if (film !== undefined && isWaiting) classifyNow(film, fields.peek())
  }, [film, isWaiting])
  useEffect(() => {
    preparedFor.value = { model: chosenModel.value, task: 'classifications' }
  }, [chosenModel.value])
  return (
    <div class="stack">
      <div class="screen-head">
        <h1>Classify</h1>
        <p class="fine">
          How well the film fits each label. A label is put into sentences, and the model compares those with the film.
        </p>
      </div>
      <ModelChoice
        task="classifications"
        value={chosenModel.value}
        onChange={(id) => {
          chosenLabels.value = undefined
          chosenModel.value = id
        }}
      />
      <LabelChoice />
      <Announcement result={result} />
      <div>
        {film === undefined && <p class="empty">Choose a film to see its scores.</p>}
        {film !== undefined && result === undefined && <p class="empty">This film was not asked about.</p>}
        {(result?.state === 'running' || isWaiting) && <p class="empty">Asking the model…</p>}
        {result?.state === 'failed' && film !== undefined && (
          <ErrorBox error={result.error} onRetry={() => classifyNow(film, fields.peek())} />
        )}
        {result?.state === 'ready' && film !== undefined && <Scores film={film} answer={result.answer} />}
      </div>
      <Unasked />
    </div>
  )
}

/** After the queue was stopped: how to go on. */
function Unasked() {
  const count = unasked(films.value).length
  if (count === 0) return null
  return (
    <button type="button" class="button" onClick={() => classifyAll(films.peek(), fields.peek())}>
      Ask about {count === 1 ? 'the film that was' : `${count} films that were`} left out
    </button>
  )
}

/** The result in a few words, for those who do not see it come. */
function Announcement({ result }: { readonly result: FilmResult | undefined }) {
  const best = result?.state === 'ready' ? result.answer.body.data[0]?.labels[0] : undefined
  return (
    <p class="visually-hidden" aria-live="polite">
      {best !== undefined && `Highest score: ${best.label}, ${scoreText(best.score)}.`}
    </p>
  )
}
