import { useEffect } from 'preact/hooks'
import { selectedFilm } from '../films/films.js'
import { ErrorBox } from '../parts/error-box.js'
import { findByFilm, findByWords, finding, words } from './find.js'
import { Hits } from './hits.js'
import { IndexPanel } from './index-panel.js'
import { index, indexName, listIndexes, listing } from './indexes.js'

/** Films that are like a film or like words, among those of an index. */
export function SearchScreen() {
  useEffect(listIndexes, [])
  const task = finding.state.value
  const isEmpty = (index.value?.items ?? 0) === 0
  const isBusy = task.state === 'running'
  const listed = listing.state.value
  return (
    <div class="stack">
      <div class="screen-head">
        <h1>Search</h1>
        <p class="fine">Films that are like this one, or like words. An index holds what is searched.</p>
      </div>
      {listed.state === 'failed' && <ErrorBox error={listed.error} onRetry={listIndexes} />}
      <IndexPanel />
      <section class="stack" aria-label="Find">
        <FindForm canFind={!isEmpty && !isBusy} />
        {isEmpty && <p class="empty">Add films to “{indexName.value}” first.</p>}
        <div aria-live="polite">
          {isBusy && <p class="empty">Searching…</p>}
          {task.state === 'failed' && <ErrorBox error={task.error} />}
          {task.state === 'ready' && <Hits found={task.result} />}
        </div>
      </section>
    </div>
  )
}

function FindForm({ canFind }: { readonly canFind: boolean }) {
  const film = selectedFilm.value
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault()
        findByWords()
      }}
    >
      <label class="field">
        <span>Words</span>
        <input
          type="text"
          value={words.value}
          maxLength={500}
          onInput={(event) => (words.value = event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button primary" disabled={!canFind || words.value.trim() === ''}>
        Find by words
      </button>
      <button
        type="button"
        class="button"
        disabled={!canFind || film === undefined}
        onClick={() => film && findByFilm(film)}
      >
        Find films like this one
      </button>
    </form>
  )
}
