import type { Hit } from '../api/replies.js'
import { films, selectedId, type Film } from '../films/films.js'
import { useThumbnail } from '../films/thumbnail.js'
import { AnsweredBy } from '../parts/answered-by.js'
import { filmOfId } from './film-id.js'
import type { Found } from './find.js'

/** What was found, the nearest first. */
export function Hits({ found }: { readonly found: Found }) {
  const { data, model, mode } = found.answer.body
  if (data.length === 0) return <p class="empty">Nothing is in “{found.index}”.</p>
  return (
    <div class="stack">
      <h2 class="minor">Like {found.like}, the nearest first</h2>
      <ol class="hits">
        {data.map((hit) => (
          <HitView key={hit.id} hit={hit} />
        ))}
      </ol>
      <p class="fine">
        Scores are cosines: only their order means something.{' '}
        {mode === 'exact' ? 'Every film was compared.' : 'The nearest were looked up in a graph.'}
      </p>
      {model !== undefined && <AnsweredBy model={model} answer={found.answer} />}
    </div>
  )
}

function HitView({ hit }: { readonly hit: Hit }) {
  const film = filmOfId(hit.id, films.value)
  const score = hit.score.toFixed(3).replace('-', '−')
  if (film !== undefined) return <HitFilm film={film} score={score} />
  return (
    <li class="hit">
      <span class="thumb">
        <span class="thumb-kind">not on this page</span>
      </span>
      <span class="strip-name" title={hit.id}>
        {hit.id}
      </span>
      <span class="score-value">{score}</span>
    </li>
  )
}

function HitFilm({ film, score }: { readonly film: Film; readonly score: string }) {
  const { element, url } = useThumbnail(film)
  return (
    <li ref={element} class="hit">
      <button type="button" class="hit-button" onClick={() => (selectedId.value = film.id)}>
        <span class="thumb">
          {url === undefined ? <span class="thumb-kind">{film.kind}</span> : <img src={url} alt="" />}
        </span>
        <span class="strip-name">{film.name}</span>
        <span class="score-value">{score}</span>
      </button>
    </li>
  )
}
