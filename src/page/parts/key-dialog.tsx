import { useEffect, useRef, useState } from 'preact/hooks'
import { answerKey, keyWanted } from '../api/key.js'

/** Asks for an API key when the service wants one. */
export function KeyDialog() {
  const dialog = useRef<HTMLDialogElement>(null)
  const [key, setKey] = useState('')
  const wanted = keyWanted.value
  useEffect(() => {
    if (wanted !== undefined && dialog.current?.open === false) dialog.current.showModal()
    if (wanted === undefined) dialog.current?.close()
  }, [wanted])
  const submit = (event: Event): void => {
    event.preventDefault()
    answerKey(key.trim() === '' ? undefined : key.trim())
    setKey('')
  }
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="key-title" onCancel={() => answerKey(undefined)}>
      <form onSubmit={submit}>
        <h2 id="key-title">This service asks for a key</h2>
        {wanted?.wasRefused === true && (
          <p class="refused" role="alert">
            That key was not accepted. It may be mistyped, expired or revoked.
          </p>
        )}
        <p>An API key or a token. It is kept until this tab is closed, and sent to this service alone.</p>
        <label class="field">
          <span>Key</span>
          <input
            type="password"
            value={key}
            autocomplete="off"
            spellcheck={false}
            required
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </label>
        <div class="actions">
          <button type="button" class="button" onClick={() => answerKey(undefined)}>
            Not now
          </button>
          <button type="submit" class="button primary">
            Use this key
          </button>
        </div>
      </form>
    </dialog>
  )
}
