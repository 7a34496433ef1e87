import { useEffect, useState } from 'preact/hooks'
import type { Answer } from '../api/api.js'
import type { ClassificationsReply, LabelScore } from '../api/replies.js'
import type { Film } from '../films/films.js'
import { AnsweredBy } from '../parts/answered-by.js'
import { ErrorBox } from '../parts/error-box.js'
import { fields } from './options.js'
import { useMapLayer } from '../viewer/map-layer.js'
import { barOf, scoreMeaning, scoreText, type Bar } from './score.js'

interface Props {
  readonly film: Film
  readonly answer: Answer<ClassificationsReply>
}

/** The labels of one film, highest score first. A click on one shows where it is seen. */
export function Scores({ film, answer }: Props) {
  const { data, score_kind: kind, note, model } = answer.body
  const labels = data[0]?.labels ?? []
  const [shown, setShown] = useState<string>()
  useEffect(() => setShown(undefined), [answer])
  const options = { ...fields.peek(), map_for: shown, map_style: 'heat_map' }
  const map = useMapLayer('/v1/classifications', { film, options, title: shown })
  const all = labels.map(({ score }) => score)
  return (
    <div class="stack">
      <p class="meaning">{scoreMeaning(kind)}</p>
      <ul class="scores">
        {labels.map((label) => (
          <ScoreRow
            key={label.label}
            score={label}
            bar={barOf(label.score, kind, all)}
            isShown={shown === label.label}
            isLoading={shown === label.label && map.state === 'loading'}
            onToggle={() => setShown(shown === label.label ? undefined : label.label)}
          />
        ))}
      </ul>
      {map.state === 'failed' && <ErrorBox error={map.error} />}
      <p class="fine">Choose a label to see where on the film it is seen.</p>
      <Prompts labels={labels} />
      {note !== undefined && <p class="fine">{note}</p>}
      <AnsweredBy model={model} answer={answer} />
    </div>
  )
}

interface RowProps {
  readonly score: LabelScore
  readonly bar: Bar
  readonly isShown: boolean
  readonly isLoading: boolean
  onToggle(): void
}

function ScoreRow({ score, bar, isShown, isLoading, onToggle }: RowProps) {
  return (
    <li>
      <button type="button" class="score" aria-pressed={isShown} aria-busy={isLoading} onClick={onToggle}>
        <span class="score-label">{score.label}</span>
        <span class="score-value">{scoreText(score.score)}</span>
        <span class="score-track" aria-hidden="true">
          <span class="score-bar" style={{ left: `${bar.start * 100}%`, width: `${bar.length * 100}%` }} />
          {bar.zero !== undefined && <span class="score-zero" style={{ left: `${bar.zero * 100}%` }} />}
        </span>
      </button>
    </li>
  )
}

function Prompts({ labels }: { readonly labels: readonly LabelScore[] }) {
  const told = labels.filter(({ prompts = [] }) => prompts.length > 0)
  if (told.length === 0) return null
  return (
    <details class="prompts">
      <summary>Prompts that were used</summary>
      <dl>
        {told.map(({ label, prompts = [] }) => (
          <div key={label}>
            <dt>{label}</dt>
            {prompts.map(({ text, score, negative }, at) => (
              <dd key={at}>
                <span>
                  {negative && <span class="negative">against: </span>}
                  {text}
                </span>
                <span class="score-value">{scoreText(score)}</span>
              </dd>
            ))}
          </div>
        ))}
      </dl>
    </details>
  )
}
