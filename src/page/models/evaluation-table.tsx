import { useState } from 'preact/hooks'
import type { Evaluation } from '../api/replies.js'

/** Rows that are shown before somebody asks for all. */
const FEW = 5

interface Props {
  /** Of the model. */
  readonly id: string
  readonly evaluation: readonly Evaluation[]
}

export function EvaluationTable({ id, evaluation }: Props) {
  const [isAll, setIsAll] = useState(false)
  const shown = isAll ? evaluation : evaluation.slice(0, FEW)
  return (
    <section>
      <h3>Evaluation</h3>
      <div class="table-frame" tabIndex={0} role="region" aria-label={`Evaluation of ${id}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <th scope="col">Films</th>
              <th scope="col" class="number">
                Value
              </th>
              <th scope="col" class="number">
                95 % interval
              </th>
              <th scope="col" class="number">
                Baseline
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((figure, at) => (
              <EvaluationRow key={at} figure={figure} />
            ))}
          </tbody>
        </table>
      </div>
      {evaluation.length > FEW && (
        <button type="button" class="button quiet edit" aria-expanded={isAll} onClick={() => setIsAll(!isAll)}>
          {isAll ? 'Show fewer' : `Show all ${evaluation.length}`}
        </button>
      )}
    </section>
  )
}

function EvaluationRow({ figure }: { readonly figure: Evaluation }) {
  const { metric, data, split, n, value, interval, baseline, note } = figure
  return (
    <tr>
      <th scope="row">
        {metric}
        {note !== undefined && <span class="row-note">{note}</span>}
      </th>
      <td>
        {data}, {split}, n = {n}
      </td>
      <td class="number">{value.toFixed(3)}</td>
      <td class="number">{interval === undefined ? '–' : `${interval[0].toFixed(3)} to ${interval[1].toFixed(3)}`}</td>
      <td class="number">{typeof baseline === 'number' ? baseline.toFixed(3) : (baseline ?? '–')}</td>
    </tr>
  )
}
