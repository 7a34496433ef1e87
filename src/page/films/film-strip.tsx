import { ChooseFilms } from './choose-films.js'
import { clearFilms, filmNotice, films, filmWarning, removeFilm, selectedId, selectNext, type Film } from './films.js'
import { filmNote } from './film-notes.js'
import { queueCounts, stopQueue } from './film-queue.js'
import { useThumbnail } from './thumbnail.js'

/** Every film of the page; the arrow keys go from one to the next, so that 200 of them are one stop of the tab key. */
export function FilmStrip() {
  const all = films.value
  if (all.length === 0) return <StripNotices />
  return (
    <section class="strip" aria-label="Films">
      <div class="strip-head">
        <span class="count">{all.length === 1 ? '1 film' : `${all.length} films`}</span>
        <QueueCount />
        <span class="grow" />
        <ChooseFilms title="Add…" />
        <button type="button" class="button quiet" onClick={clearFilms}>
          Clear
        </button>
      </div>
      <ul
        class="strip-films"
        onKeyDown={(event) => {
          const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : undefined
          if (by === undefined) return
          event.preventDefault()
          selectNext(by)
          event.currentTarget.querySelector<HTMLElement>(`[data-film="${selectedId.value}"]`)?.focus()
        }}
      >
        {all.map((film) => (
          <StripFilm key={film.id} film={film} />
        ))}
      </ul>
      <StripNotices />
    </section>
  )
}

function StripNotices() {
  return (
    <>
      <p class="visually-hidden" aria-live="polite">
        {filmNotice.value}
      </p>
      {filmWarning.value !== '' && (
        <p class="strip-warning" role="alert">
          {filmWarning.value}
        </p>
      )}
    </>
  )
}

function StripFilm({ film }: { readonly film: Film }) {
  const { element, url } = useThumbnail(film)
  const isSelected = selectedId.value === film.id
  const note = filmNote(film.id)
  return (
    <li ref={element} class={isSelected ? 'strip-film is-selected' : 'strip-film'}>
      <button
        type="button"
        class="strip-button"
        data-film={film.id}
        tabIndex={isSelected ? 0 : -1}
        aria-pressed={isSelected}
        title={film.name}
        onClick={() => (selectedId.value = film.id)}
      >
        <span class="thumb">
          {url === undefined ? <span class="thumb-kind">{film.kind}</span> : <img src={url} alt="" />}
        </span>
        <span class="strip-name">{film.name}</span>
        {note !== undefined && <span class={note.isBad ? 'strip-note is-bad' : 'strip-note'}>{note.text}</span>}
      </button>
      <button
        type="button"
        class="strip-remove"
        tabIndex={isSelected ? 0 : -1}
        aria-label={`Remove ${film.name}`}
        onClick={() => removeFilm(film.id)}
      >
        ×
      </button>
    </li>
  )
}

function QueueCount() {
  const { waiting, running } = queueCounts.value
  return (
    <>
      <span class="queue" aria-live="polite">
        {waiting > 0 ? `${waiting} waiting, ${running} running` : ''}
      </span>
      {waiting > 0 && (
        <button type="button" class="button quiet" onClick={stopQueue}>
          Stop
        </button>
      )}
    </>
  )
}
