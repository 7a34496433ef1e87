import { useState } from 'preact/hooks'
import { chosenLabels, labelSets } from './options.js'
import { readLabels } from './read-labels.js'

const OWN = 'own labels'
const DEFAULT_LABELS = ['Pleural effusion', 'Pneumothorax', 'Pneumonia', 'Cardiomegaly', 'Normal chest']

/** A set of the model, or labels of one's own. */
export function LabelChoice() {
  const chosen = chosenLabels.value
  const sets = labelSets.value
  const isOwn = chosen !== undefined && 'own' in chosen
  const setName = isOwn || chosen === undefined ? undefined : chosen.set
  const shown = sets.find(({ name }) => name === setName) ?? sets[0]
  const edit = (): void => {
    chosenLabels.value = { own: shown?.labels ?? DEFAULT_LABELS }
  }
  return (
    <div class="label-choice">
      <label class="field">
        <span>Labels</span>
        <select
          value={isOwn ? OWN : shown?.name}
          onChange={({ currentTarget: { value } }) => {
            if (value === OWN) edit()
            else chosenLabels.value = { set: value }
          }}
        >
          {sets.map(({ name, title, labels }) => (
            <option key={name} value={name}>
              {title ?? name} ({labels.length})
            </option>
          ))}
          <option value={OWN}>My own labels</option>
        </select>
      </label>
      {isOwn ? (
        <OwnLabels labels={chosen.own} />
      ) : (
        <button type="button" class="button quiet edit" onClick={edit}>
          Edit these labels
        </button>
      )}
    </div>
  )
}

function OwnLabels({ labels }: { readonly labels: readonly string[] }) {
  const [text, setText] = useState(labels.join('\n'))
  const read = readLabels(text)
  const isSame = read.join('\n') === labels.join('\n')
  const apply = (): void => {
    if (read.length > 0 && !isSame) chosenLabels.value = { own: read }
  }
  return (
    <form
      class="own-labels"
      onSubmit={(event) => {
        event.preventDefault()
        apply()
      }}
    >
      <label class="field">
        <span>One label a line</span>
        <textarea
          rows={Math.min(12, Math.max(4, labels.length + 1))}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && apply()}
        />
      </label>
      <button type="submit" class="button" disabled={read.length === 0 || isSame}>
        Ask with {read.length === 1 ? 'this label' : `these ${read.length} labels`}
      </button>
    </form>
  )
}
