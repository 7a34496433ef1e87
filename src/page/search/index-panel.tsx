import { useState } from 'preact/hooks'
import { films } from '../films/films.js'
import { ErrorBox } from '../parts/error-box.js'
import {
  added,
  adding,
  addToIndex,
  agreed,
  index,
  indexes,
  indexName,
  keepsFilms,
  NAME_PATTERN,
  removeIndex,
  removing,
} from './indexes.js'

/** Which index is meant, what goes into it, and how it is taken away again. */
export function IndexPanel() {
  const all = films.value
  const task = adding.state.value
  const isRunning = task.state === 'running'
  return (
    <section class="stack" aria-label="Index">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isRunning) addToIndex(all)
        }}
      >
        <label class="field">
          <span>Index</span>
          <input
            type="text"
            list="indexes"
            required
            pattern={NAME_PATTERN}
            title="Small letters, digits, dots, - and _"
            value={indexName.value}
            onInput={(event) => {
              indexName.value = event.currentTarget.value
              // It was said of another one.
              agreed.value = false
            }}
          />
        </label>
        <datalist id="indexes">
          {indexes.value.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Contents />
        <Consent />
        <div class="actions">
          {isRunning ? (
            <button key="stop" type="button" class="button" onClick={adding.stop}>
              Stop
            </button>
          ) : (
            <button key="add" type="submit" class="button" disabled={all.length === 0 || !agreed.value}>
              {all.length === 1 ? 'Add this film' : `Add these ${all.length} films`}
            </button>
          )}
        </div>
      </form>
      <AddedCount />
      {task.state === 'failed' && <ErrorBox error={task.error} onRetry={() => addToIndex(all)} />}
    </section>
  )
}

function Contents() {
  const found = index.value
  if (found === undefined) return <p class="fine">There is none of this name yet. It is made when films are added.</p>
  return (
    <div>
      <p class="fine">
        {found.items === 1 ? '1 film' : `${found.items} films`} in it
        {found.model !== undefined && `, as ${found.model.name} ${found.model.version} sees them`}.{' '}
        {found.store_sources ? 'The films are kept.' : 'Vectors are kept, no films.'}
      </p>
      <Removal key={found.name} name={found.name} items={found.items} />
    </div>
  )
}

function Consent() {
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={agreed.value}
          onChange={(event) => (agreed.value = event.currentTarget.checked)}
        />
        I may store this. A vector and a checksum of each film stay on this service until the index is deleted.
      </label>
      {index.value === undefined && (
        <label class="check">
          <input
            type="checkbox"
            checked={keepsFilms.value}
            onChange={(event) => (keepsFilms.value = event.currentTarget.checked)}
          />
          Keep the films themselves there too, so that the index can move to another model.
        </label>
      )}
    </>
  )
}

function AddedCount() {
  const { written, refused, of } = added.value
  if (of === 0) return null
  return (
    <p class="fine" role="status">
      {written} of {of} added{refused > 0 && `, ${refused} refused: their notes stand below their pictures`}.
    </p>
  )
}

/** Asks once more before what cannot be brought back is done. */
function Removal({ name, items }: { readonly name: string; readonly items: number }) {
  const [isAsked, setIsAsked] = useState(false)
  const task = removing.state.value
  if (task.state === 'running') return <p class="fine">Deleting…</p>
  return (
    <>
      {isAsked ? (
        <div class="actions" role="group" aria-label={`Delete ${name}?`}>
          <button type="button" class="button danger" onClick={() => removeIndex(name)}>
            Delete “{name}” and its {items === 1 ? 'film' : `${items} films`}
          </button>
          <button type="button" class="button" onClick={() => setIsAsked(false)}>
            Keep it
          </button>
        </div>
      ) : (
        <button type="button" class="button quiet edit" onClick={() => setIsAsked(true)}>
          Delete this index…
        </button>
      )}
      {task.state === 'failed' && <ErrorBox error={task.error} />}
    </>
  )
}
