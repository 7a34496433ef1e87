import { useEffect } from 'preact/hooks'
import { films, selectedFilm } from '../films/films.js'
import { ModelChoice } from '../parts/model-choice.js'
import { TaskError } from '../parts/task-error.js'
import { preparedFor } from '../viewer/view-state.js'
import { DraftView } from './draft-view.js'
import { chosenModel, isChecked, mostFilms, study, tick, ticked, write, writing, written } from './report.js'

/** A draft of the findings of one study, as it is written. */
export function ReportScreen() {
  const task = writing.state.value
  const isRunning = task.state === 'running'
  useEffect(() => {
    preparedFor.value = { model: chosenModel.value, task: 'reports' }
  }, [chosenModel.value])
  return (
    <div class="stack">
      <div class="screen-head">
        <h1>Report</h1>
        <p class="fine">A draft in the model’s own few words. Read by nobody, and never a diagnosis.</p>
      </div>
      <ModelChoice task="reports" value={chosenModel.value} onChange={(id) => (chosenModel.value = id)} />
      {mostFilms.value > 1 && films.value.length > 1 && <StudyChoice />}
      <label class="check">
        <input
          type="checkbox"
          checked={isChecked.value}
          onChange={(event) => (isChecked.value = event.currentTarget.checked)}
        />
        Hold the text against the model’s classifier
      </label>
      <div class="actions">
        {isRunning ? (
          <button key="stop" type="button" class="button" onClick={writing.stop}>
            Stop
          </button>
        ) : (
          <button key="write" type="button" class="button primary" disabled={study.value.length === 0} onClick={write}>
            {study.value.length > 1 ? `Write about these ${study.value.length} films` : 'Write'}
          </button>
        )}
      </div>
      {study.value.length === 0 && <p class="empty">Choose a film to write about.</p>}
      {task.state !== 'idle' && <Text isRunning={isRunning} />}
      {task.state === 'stopped' && (
        <p class="empty" role="status">
          Stopped. The text above is incomplete.
        </p>
      )}
      {task.state === 'failed' && <TaskError error={task.error} kept="The text above" onRetry={write} />}
      {task.state === 'ready' && <DraftView draft={task.result} />}
    </div>
  )
}

function Text({ isRunning }: { readonly isRunning: boolean }) {
  return (
    <section class="report-text" aria-label="Draft of the findings" aria-busy={isRunning} aria-live="polite">
      <h2 class="minor">Findings, draft</h2>
      <p class={isRunning ? 'is-writing' : undefined}>{written.value === '' && isRunning ? '…' : written.value}</p>
    </section>
  )
}

const MAX_LISTED = 60

function StudyChoice() {
  const most = mostFilms.value
  const chosen = study.value
  const isFull = ticked.value.size >= most
  return (
    <fieldset class="choice tall">
      <legend>Films of one patient and study, at most {most}</legend>
      {films.value.slice(0, MAX_LISTED).map((film) => {
        const isTicked = ticked.value.has(film.id)
        return (
          <label key={film.id}>
            <input
              type="checkbox"
              checked={isTicked}
              disabled={isFull && !isTicked}
              onChange={(event) => tick(film, event.currentTarget.checked)}
            />
            <span class="name">{film.name}</span>
            {film === selectedFilm.value && <span class="fine"> shown</span>}
          </label>
        )
      })}
      {ticked.value.size === 0 && chosen.length === 1 && (
        <p class="fine">None is ticked: the film that is shown is meant.</p>
      )}
    </fieldset>
  )
}
