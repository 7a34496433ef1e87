import type { Signal } from '@preact/signals'

interface NumberFieldProps {
  readonly label: string
  /** As it was typed; empty: what the model usually takes. */
  readonly value: Signal<string>
  readonly min: number
  readonly max: number
  readonly step: number
}

export function NumberField({ label, value, min, max, step }: NumberFieldProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        min={min}
        max={max}
        step={step}
        placeholder="usual"
        value={value.value}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
    </label>
  )
}
