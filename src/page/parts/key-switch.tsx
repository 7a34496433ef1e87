import { forgetKey, keyState, offerKey } from '../api/key.js'

/** What can be done about the key, where there is one or one was asked for. */
export function KeySwitch() {
  switch (keyState.value) {
    case 'none':
      return null
    case 'declined':
      return (
        <button type="button" class="button quiet" onClick={offerKey}>
          Enter a key
        </button>
      )
    case 'held':
      return (
        <button type="button" class="button quiet" onClick={forgetKey}>
          Forget the key
        </button>
      )
  }
}
