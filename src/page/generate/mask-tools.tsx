import { useMemo, useState } from 'preact/hooks'
import { ErrorBox } from '../parts/error-box.js'
import { brushShare, clearMask, maskChanges, paintedShare, paintRectangle, type Mask } from './mask.js'
import type { MaskState } from './use-mask.js'

/** Paints what may change: with a brush on the film, or as a rectangle by numbers. */
export function MaskTools({ mask: state }: { readonly mask: MaskState }) {
  if (state.state === 'failed') return <ErrorBox error={state.error} />
  if (state.state !== 'ready') return <p class="empty">Reading the film…</p>
  return <Tools mask={state.mask} />
}

function Tools({ mask }: { readonly mask: Mask }) {
  const changes = maskChanges.value
  const share = useMemo(() => paintedShare(mask), [mask, changes])
  return (
    <div class="mask-tools">
      <p class="fine">Drag on the film to paint what may change; with shift the film moves instead.</p>
      <label class="field">
        <span>Brush</span>
        <input
          type="range"
          min="0.01"
          max="0.3"
          step="0.01"
          value={brushShare.value}
          onInput={(event) => (brushShare.value = Number(event.currentTarget.value))}
        />
      </label>
      <RectangleByNumbers mask={mask} />
      <div class="actions">
        <output class="fine grow" aria-live="polite">
          {share === 0
            ? 'Nothing is painted yet.'
            : `${Math.max(1, Math.round(share * 100))} % of the film may change.`}
        </output>
        <button type="button" class="button quiet" disabled={share === 0} onClick={() => clearMask(mask)}>
          Clear
        </button>
      </div>
    </div>
  )
}

const SIDES = ['Left', 'Top', 'Width', 'Height'] as const

/** For those who do not drag: in percent of the film. */
function RectangleByNumbers({ mask }: { readonly mask: Mask }) {
  const [percent, setPercent] = useState<readonly number[]>([20, 50, 30, 30])
  const [x = 0, y = 0, width = 0, height = 0] = percent.map((value) => value / 100)
  return (
    <fieldset class="rectangle">
      <legend>Or a rectangle, in % of the film</legend>
      <div class="numbers four">
        {SIDES.map((side, at) => (
          <label key={side} class="field">
            <span>{side}</span>
            <input
              type="number"
              min="0"
              max="100"
              value={percent[at]}
              onInput={({ currentTarget: { valueAsNumber: typed } }) => {
                if (!Number.isNaN(typed)) setPercent(percent.map((value, other) => (other === at ? typed : value)))
              }}
            />
          </label>
        ))}
      </div>
      <button type="button" class="button" onClick={() => paintRectangle(mask, { x, y, width, height })}>
        Add the rectangle
      </button>
    </fieldset>
  )
}
