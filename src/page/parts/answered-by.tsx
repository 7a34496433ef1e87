import type { Answer } from '../api/api.js'
import type { ModelIdentity } from '../api/replies.js'

/** Which bytes answered, and where the time went. */
export function AnsweredBy({ model, answer }: { readonly model: ModelIdentity; readonly answer: Answer<unknown> }) {
  const inside = answer.timings.filter(({ ms }) => ms >= 0.05)
  return (
    <dl class="answered-by">
      {answer.unfit.length > 0 && (
        <div class="unfit">
          <dt>Unfit</dt>
          <dd>The service doubts that the film is fit: {answer.unfit.join(', ')}.</dd>
        </div>
      )}
      <ModelRows model={model} />
      <div>
        <dt>Time</dt>
        <dd>
          {Math.round(answer.totalMs)} ms
          {inside.length > 0 && (
            <span class="timings">
              {' '}
              ({inside.map(({ name, ms }) => `${name} ${ms < 10 ? ms.toFixed(1) : Math.round(ms)}`).join(', ')})
            </span>
          )}
        </dd>
      </div>
    </dl>
  )
}

/** Enough to compare by eye; the whole is in the title. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12)
}

/** The rows of a list of facts that say which bytes answered. */
export function ModelRows({ model }: { readonly model: ModelIdentity }) {
  return (
    <>
      <div>
        <dt>Model</dt>
        <dd>
          {model.name} {model.version}
        </dd>
      </div>
      <div>
        <dt>Digest</dt>
        <dd>
          <code title={model.digest}>{shortDigest(model.digest)}</code>
        </dd>
      </div>
    </>
  )
}
