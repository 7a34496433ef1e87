import { useEffect, useRef } from 'preact/hooks'
import { adviceFor, titleFor } from '../api/advice.js'
import { readyCount } from '../api/connection.js'
import { isUnanswered, ProblemError, UnreachableError, type Problem } from '../api/problem.js'

interface Props {
  readonly error: unknown
  /** Offered where the same request may be answered another time, and done when a service that was away is back or has its key. */
  readonly onRetry?: () => void
}

/** What happened, what can be done about it, and what to name when asking somebody for help. */
export function ErrorBox({ error, onRetry }: Props) {
  const readyAt = readyCount.value
  const firstAt = useRef(readyAt)
  useEffect(() => {
    if (readyAt !== firstAt.current && isUnanswered(error)) onRetry?.()
  }, [readyAt])
  return (
    <div class="error-box" role="alert">
      {error instanceof ProblemError ? <ProblemText problem={error.problem} /> : <PlainText error={error} />}
      {onRetry !== undefined && isPassing(error) && (
        <button type="button" class="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}

/** Whether it may go by itself, or by what somebody does elsewhere. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return true
  const { status } = error.problem
  return status >= 500 || [401, 403, 408, 409, 429].includes(status)
}

function ProblemText({ problem }: { readonly problem: Problem }) {
  const { title, detail, code, errors = [], limit, scope, reason, request_id } = problem
  const advice = adviceFor(problem)
  const isTitleEnough = detail === '' || detail.replace(/\.$/, '') === title
  return (
    <>
      <p class="error-title">{titleFor(problem)}.</p>
      {!isTitleEnough && <p>{detail}</p>}
      {errors.length > 0 && (
        <ul>
          {errors.map(({ pointer, detail: what }) => (
            <li key={pointer}>
              <code>{pointer}</code> {what}
            </li>
          ))}
        </ul>
      )}
      {advice !== undefined && <p>{advice}</p>}
      <dl class="error-facts">
        <Fact name="Code" value={code} />
        <Fact name="Limit" value={limit} />
        <Fact name="Scope" value={scope} />
        <Fact name="Reason" value={reason} />
        <Fact name="Request" value={request_id} />
      </dl>
    </>
  )
}

function Fact({ name, value }: { readonly name: string; readonly value: string | undefined }) {
  if (value === undefined) return null
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function PlainText({ error }: { readonly error: unknown }) {
  if (error instanceof UnreachableError)
    return (
      <>
        <p class="error-title">The service cannot be reached.</p>
        <p>This page looks for it again by itself. Your films are kept.</p>
      </>
    )
  if (error instanceof DOMException && error.name === 'AbortError') return <p class="error-title">Stopped.</p>
  return (
    <>
      <p class="error-title">This film cannot be shown here.</p>
      <p>The browser could not read it. It may be damaged, or too large for this browser.</p>
    </>
  )
}
