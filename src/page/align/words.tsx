import { useEffect, useState } from 'preact/hooks'
import type { Film } from '../films/films.js'
import { AnsweredBy } from '../parts/answered-by.js'
import { ErrorBox } from '../parts/error-box.js'
import { useMapLayer } from '../viewer/map-layer.js'
import { alignModel, type SentenceAnswer } from './sentence.js'

const KINDS = {
  attention: 'The attention of a word: where it looks, compared with the rest of the film. It always looks somewhere.',
  cosine: 'How alike the word and each place are. Where nothing is alike, nothing is shown.',
}

interface Props {
  readonly film: Film
  readonly text: string
  readonly answer: SentenceAnswer
}

/** The sentence as the model read it. A word that is chosen is shown on the film. */
export function Words({ film, text, answer }: Props) {
  const { data, model, usage } = answer.body
  const [found] = data
  const words = found?.map?.words ?? []
  const [chosen, setChosen] = useState<number | 'all'>()
  useEffect(() => setChosen(undefined), [answer])
  const title = chosen === undefined ? undefined : chosen === 'all' ? 'the whole sentence' : words[chosen]
  const map = useMapLayer('/v1/similarities', {
    film,
    options: {
      model: alignModel.peek(),
      texts: [text],
      map_style: 'heat_map',
      map_word: typeof chosen === 'number' ? chosen : undefined,
    },
    title,
  })
  const toggle = (which: number | 'all'): void => setChosen(chosen === which ? undefined : which)
  return (
    <div class="stack">
      <SimilarityFacts answer={answer} />
      {words.length > 0 && (
        <div>
          <h2 class="small-title">Words</h2>
          <p class="words">
            {words.map((word, at) => (
              <button key={at} type="button" class="word" aria-pressed={chosen === at} onClick={() => toggle(at)}>
                {word}
              </button>
            ))}
          </p>
          <button type="button" class="button quiet edit" aria-pressed={chosen === 'all'} onClick={() => toggle('all')}>
            {chosen === 'all' ? 'Hide the whole sentence' : 'Show the whole sentence'}
          </button>
          <p class="fine">{found?.map !== undefined && KINDS[found.map.kind]}</p>
        </div>
      )}
      {words.length === 0 && (
        <p class="empty">This model compares whole films and sentences only; it has no words to show.</p>
      )}
      {map.state === 'failed' && <ErrorBox error={map.error} />}
      {usage.truncated_texts > 0 && (
        <p class="refused">The sentence is longer than the model reads; its end was cut off.</p>
      )}
      <AnsweredBy model={model} answer={answer} />
    </div>
  )
}

function SimilarityFacts({ answer }: { readonly answer: SentenceAnswer }) {
  const [found] = answer.body.data
  if (found === undefined) return null
  const rows = [
    ['Score', found.score],
    ['Whole film', found.global],
    ['Words and places', found.local],
  ] as const
  return (
    <>
      <dl class="facts">
        {rows.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value.toFixed(3).replace('-', '−')}</dd>
              </div>
            ),
        )}
      </dl>
      <p class="meaning">
        Similarities from −1 to 1, not probabilities. Compare sentences on one film; a single number says little.
      </p>
    </>
  )
}
