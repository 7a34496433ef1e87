import type { Agreement, ReportReply } from '../api/replies.js'
import { ModelRows } from '../parts/answered-by.js'
import type { Draft } from './report.js'

const STATES: Readonly<Record<Agreement['text'], string>> = {
  present: 'present',
  absent: 'absent',
  not_mentioned: 'not mentioned',
}

const FINISHED: Readonly<Record<ReportReply['finish_reason'], string>> = {
  stop: 'to its end',
  length: 'cut at the most tokens',
  deadline: 'cut at the time limit',
}

/** What stands beside the text of a draft. */
export function DraftView({ draft }: { readonly draft: Draft }) {
  const { reply, totalMs } = draft
  const { warnings, disagreements } = reply
  return (
    <div class="stack" role="status">
      <p class="meaning">{reply.notice}</p>
      <Weights draft={draft} />
      <Said structured={reply.structured} />
      {disagreements !== undefined && <Disagreements found={disagreements} />}
      {warnings.map(({ code, detail }, at) => (
        <p key={`${code} ${at}`} class="warning">
          {detail}
        </p>
      ))}
      <Facts reply={reply} totalMs={totalMs} />
    </div>
  )
}

function Said({ structured }: Pick<ReportReply, 'structured'>) {
  const present = structured.filter(({ state }) => state === 'present')
  const absent = structured.filter(({ state }) => state === 'absent')
  if (present.length + absent.length === 0) return null
  return (
    <div>
      <h2 class="minor">What the text says of known findings</h2>
      <ul class="said">
        {present.map(({ label }) => (
          <li key={label}>
            <span>{label}</span> <span class="state">{STATES.present}</span>
          </li>
        ))}
      </ul>
      {absent.length > 0 && <p class="fine">Absent: {absent.map(({ label }) => label).join(', ')}.</p>}
      <p class="fine">What is not listed was not mentioned, which does not mean absent.</p>
    </div>
  )
}

function Facts({ reply, totalMs }: { readonly reply: ReportReply; readonly totalMs: number }) {
  const { model } = reply
  return (
    <dl class="answered-by">
      <ModelRows model={model} />
      <div>
        <dt>Length</dt>
        <dd>
          {reply.tokens.length} tokens, {FINISHED[reply.finish_reason]}; log probability{' '}
          {reply.log_probability.toFixed(2).replace('-', '−')}
        </dd>
      </div>
      <div>
        <dt>Time</dt>
        <dd>{Math.round(totalMs)} ms</dd>
      </div>
    </dl>
  )
}

/** Which film of the study spoke how much. */
function Weights({ draft: { reply, study } }: { readonly draft: Draft }) {
  const weights = reply.view_weights ?? []
  if (weights.length < 2) return null
  return (
    <div>
      <h2 class="minor">How much each film counted</h2>
      <ul class="weights">
        {weights.map((weight, at) => (
          <li key={at}>
            <span class="name">{study[at]?.name ?? `Film ${at + 1}`}</span>
            <span class="score-value">{Math.round(weight * 100)} %</span>
            <span class="score-track" aria-hidden="true">
              <span class="score-bar" style={{ width: `${weight * 100}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Disagreements({ found }: { readonly found: readonly Agreement[] }) {
  if (found.length === 0) return <p class="fine">Text and classifier agree on every finding.</p>
  return (
    <div>
      <h2 class="minor">Where the classifier disagrees</h2>
      <ul class="said">
        {found.map(({ label, text, classifier }) => (
          <li key={label}>
            <span>{label}</span>
            <span class="fine">
              text: {STATES[text]}, classifier: {classifier}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
