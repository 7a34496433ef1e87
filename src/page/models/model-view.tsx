import { useState } from 'preact/hooks'
import { askBytes, askJson } from '../api/api.js'
import { currentKey } from '../api/key.js'
import type { ModelCard } from '../api/replies.js'
import { bytesText } from '../parts/amount.js'
import { shortDigest } from '../parts/answered-by.js'
import { ErrorBox } from '../parts/error-box.js'
import { EvaluationTable } from './evaluation-table.js'
import { licenceText } from './licence-text.js'
import { readModels } from './model-list.js'

const STATES: Readonly<Record<ModelCard['state'], string>> = {
  cold: 'Not loaded',
  loading: 'Loading',
  ready: 'Loaded',
  unloading: 'Unloading',
  unloaded: 'Unloaded',
  failed: 'Failed',
}

export function ModelView({ model }: { readonly model: ModelCard }) {
  const { id, title, state, healthy, reason, tasks, default_for: defaults } = model
  return (
    <article class="model" aria-labelledby={`model-${id}`}>
      <header class="model-head">
        <div>
          <h2 id={`model-${id}`}>{title}</h2>
          <p class="fine">
            {id} ·{' '}
            {tasks.map((task) => (defaults.some((name) => name === task) ? `${task} (default)` : task)).join(', ')}
          </p>
        </div>
        <p class={`badge ${state}`}>{healthy ? STATES[state] : `${STATES[state]}, ailing`}</p>
      </header>
      {reason !== undefined && <p class="refused">{reason}</p>}
      <Actions model={model} />
      <Purpose model={model} />
      <Facts model={model} />
      {model.evaluation.length > 0 && <EvaluationTable id={id} evaluation={model.evaluation} />}
    </article>
  )
}

function Actions({ model: { id, state } }: { readonly model: ModelCard }) {
  const [isBusy, setIsBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const act = async (work: () => Promise<void>): Promise<void> => {
    setIsBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (caught) {
      setError(caught)
    }
    setIsBusy(false)
  }
  return (
    <>
      <div class="actions">
        {state === 'ready' ? (
          <button type="button" class="button" disabled={isBusy} onClick={() => void act(() => change(id, 'unload'))}>
            {isBusy ? 'Unloading…' : 'Unload'}
          </button>
        ) : (
          <button type="button" class="button" disabled={isBusy} onClick={() => void act(() => change(id, 'load'))}>
            {isBusy ? 'Loading…' : 'Load'}
          </button>
        )}
        <button type="button" class="button" onClick={() => void act(() => openCard(id))}>
          Read its card
        </button>
      </div>
      {error !== undefined && <ErrorBox error={error} />}
    </>
  )
}

async function change(id: string, verb: 'load' | 'unload'): Promise<void> {
  await askJson(`/v1/models/${encodeURIComponent(id)}/${verb}`, { method: 'POST' })
  await readModels()
}

/** A link cannot send a key, so with one the card is fetched first. */
async function openCard(id: string): Promise<void> {
  const path = `/v1/models/${encodeURIComponent(id)}/card`
  const { body } = await askBytes(path, { accept: 'text/html' })
  window.open(currentKey() === undefined ? path : URL.createObjectURL(body), '_blank', 'noopener')
}

function Purpose({ model }: { readonly model: ModelCard }) {
  return (
    <div class="purpose-list">
      <dl>
        <div>
          <dt>For</dt>
          <dd>{model.intended_use}</dd>
        </div>
        <div class="not-for">
          <dt>Not for</dt>
          <dd>{model.not_for}</dd>
        </div>
      </dl>
      {model.limitations.length > 0 && (
        <details>
          <summary>
            {model.limitations.length} {model.limitations.length === 1 ? 'limit' : 'limits'} that its maker knows
          </summary>
          <ul class="limits">
            {model.limitations.map((limit) => (
              <li key={limit}>{limit}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

function Facts({ model }: { readonly model: ModelCard }) {
  const { licence, digest, devices, bytes, family, components } = model
  const rows: readonly (readonly [string, string])[] = [
    ['Licence', licenceText(licence)],
    ['Digest', shortDigest(digest)],
    ['Device', devices.length === 0 ? 'none' : devices.join(', ')],
    ['Memory', `${bytesText(bytes)} of graphs`],
    ['Family', family],
    ['Graphs', components.join(', ')],
  ]
  return (
    <dl class="model-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={name === 'Digest' ? digest : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
