import { selectedFilm } from '../films/films.js'
import { ModelChoice } from '../parts/model-choice.js'
import { NumberField } from '../parts/number-field.js'
import { generate, generating } from './generate.js'
import { MaskTools } from './mask-tools.js'
import { chosenModel, guidance, isEdit, isMasked, negativePrompt, prompt, seed, steps, strength } from './options.js'
import { Outcome } from './outcome.js'
import { useMask } from './use-mask.js'

/** Pictures out of words, or a film changed by words. */
export function GenerateScreen() {
  const film = selectedFilm.value
  const source = isEdit.value ? film : undefined
  const masked = isMasked.value ? source : undefined
  const mask = useMask(masked)
  const isRunning = generating.state.value.state === 'running'
  const lacksFilm = isEdit.value && film === undefined
  const lacksMask = masked !== undefined && mask.state !== 'ready'
  const start = (): void => generate(source, mask.state === 'ready' && masked !== undefined ? mask.mask : undefined)
  return (
    <div class="stack">
      <div class="screen-head">
        <h1>Generate</h1>
        <p class="fine">Synthetic films for research. Each says so in its picture and in its bytes.</p>
      </div>
      <ModelChoice
        task={isEdit.value ? 'edits' : 'generations'}
        value={chosenModel.value}
        onChange={(id) => (chosenModel.value = id)}
      />
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (!isRunning) start()
        }}
      >
        <SourceChoice />
        <Words />
        <Numbers />
        {isEdit.value && <EditOptions />}
        {masked !== undefined && <MaskTools mask={mask} />}
        {lacksFilm && <p class="empty">Choose the film to start from.</p>}
        <StartOrStop isRunning={isRunning} isReady={!lacksFilm && !lacksMask} />
      </form>
      <Outcome onRetry={start} />
    </div>
  )
}

/** In one place, so that whoever pressed the one has the other under the same finger. */
function StartOrStop({ isRunning, isReady }: { readonly isRunning: boolean; readonly isReady: boolean }) {
  return (
    <div class="actions">
      {isRunning ? (
        <button key="stop" type="button" class="button" onClick={generating.stop}>
          Stop
        </button>
      ) : (
        <button key="start" type="submit" class="button primary" disabled={!isReady || prompt.value.trim() === ''}>
          {isEdit.value ? 'Change the film' : 'Make a film'}
        </button>
      )}
    </div>
  )
}

function SourceChoice() {
  const choose = (edits: boolean): void => {
    isEdit.value = edits
    // What makes films need not change them.
    chosenModel.value = undefined
  }
  return (
    <fieldset class="choice">
      <legend>Start from</legend>
      <label>
        <input type="radio" name="source" checked={!isEdit.value} onChange={() => choose(false)} />
        noise
      </label>
      <label>
        <input type="radio" name="source" checked={isEdit.value} onChange={() => choose(true)} />
        the film that is shown
      </label>
    </fieldset>
  )
}

function Words() {
  return (
    <>
      <label class="field">
        <span>Prompt</span>
        <textarea
          rows={2}
          value={prompt.value}
          maxLength={2000}
          onInput={(event) => (prompt.value = event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Keep away from (optional)</span>
        <input
          type="text"
          value={negativePrompt.value}
          maxLength={2000}
          onInput={(event) => (negativePrompt.value = event.currentTarget.value)}
        />
      </label>
    </>
  )
}

function Numbers() {
  return (
    <div class="numbers">
      <NumberField label="Steps" value={steps} min={1} max={200} step={1} />
      <NumberField label="Guidance" value={guidance} min={0} max={100} step={0.1} />
      <label class="field">
        <span>Seed</span>
        <input
          type="text"
          inputMode="numeric"
          pattern="[0-9]{1,20}"
          title="A whole number of up to 20 digits"
          placeholder="drawn"
          value={seed.value}
          onInput={(event) => (seed.value = event.currentTarget.value)}
        />
      </label>
    </div>
  )
}

function EditOptions() {
  return (
    <>
      <label class="field">
        <span>Strength: {Math.round(strength.value * 100)} % of the way from the film to noise</span>
        <input
          type="range"
          min="0.05"
          max="1"
          step="0.05"
          value={strength.value}
          onInput={(event) => (strength.value = Number(event.currentTarget.value))}
        />
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={isMasked.value}
          onChange={(event) => (isMasked.value = event.currentTarget.checked)}
        />
        Change only a part of it
      </label>
    </>
  )
}
