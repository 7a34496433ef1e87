import { StreamCutError } from '../api/events.js'
import { ErrorBox } from './error-box.js'

interface Props {
  readonly error: unknown
  /** What is there although the stream was cut, as in “The text above”. */
  readonly kept?: string
  onRetry(): void
}

/** What went wrong with work that comes bit by bit. */
export function TaskError({ error, kept, onRetry }: Props) {
  if (!(error instanceof StreamCutError)) return <ErrorBox error={error} onRetry={onRetry} />
  return (
    <div class="error-box" role="alert">
      <p class="error-title">The connection was cut before the answer was whole.</p>
      {kept !== undefined && <p>{kept} is incomplete.</p>}
      <p>The service may have been restarted. This page looks for it by itself; try again when it says Ready.</p>
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}
