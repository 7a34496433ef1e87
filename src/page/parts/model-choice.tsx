import type { TaskName } from '../api/replies.js'
import { modelsFor } from '../models/model-list.js'

interface Props {
  readonly task: TaskName
  /** `name@version`; undefined is the default of the service. */
  readonly value: string | undefined
  onChange(id: string): void
}

/** Which model is asked. Nothing is shown where only one can be. */
export function ModelChoice({ task, value, onChange }: Props) {
  const models = modelsFor(task)
  if (models.length < 2) return null
  return (
    <label class="field">
      <span>Model</span>
      <select value={value ?? models[0]?.id} onChange={(event) => onChange(event.currentTarget.value)}>
        {models.map(({ id, name, version }) => (
          <option key={id} value={id}>
            {name} {version}
          </option>
        ))}
      </select>
    </label>
  )
}
