import { useEffect, useRef } from 'preact/hooks'
import { shortDigest } from '../parts/answered-by.js'
import { saveFile } from '../parts/save.js'
import { TaskError } from '../parts/task-error.js'
import { useUrl } from '../parts/use-url.js'
import { generating, openAsFilm, preview, progress, type Made } from './generate.js'
import { seed } from './options.js'

/** What is being made, what was made, or why not. */
export function Outcome({ onRetry }: { onRetry(): void }) {
  const task = generating.state.value
  switch (task.state) {
    case 'idle':
      return <p class="empty">The picture will be shown here.</p>
    case 'running':
      return <Running />
    case 'stopped':
      return (
        <p class="empty" role="status">
          Stopped{progress.value === undefined ? '' : ` at step ${progress.value.step} of ${progress.value.of}`}.
          Nothing was kept.
        </p>
      )
    case 'failed':
      return <TaskError error={task.error} onRetry={onRetry} />
    case 'ready':
      return <Result made={task.result} />
  }
}

function Running() {
  const news = progress.value
  const url = useUrl(preview.value)
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => element.current?.scrollIntoView({ block: 'nearest' }), [url])
  return (
    <div ref={element} class="making">
      <progress aria-label="Steps of the sampler" max={news?.of ?? 1} value={news?.step ?? 0} />
      <p class="fine">
        {news === undefined
          ? 'Waiting for its turn…'
          : `Step ${news.step} of ${news.of}, about ${etaText(news.eta_ms)} left`}
      </p>
      {url !== undefined && (
        <figure class="made is-preview">
          <img src={url} alt="Preview of the synthetic film" />
          <figcaption>Preview, synthetic</figcaption>
        </figure>
      )}
    </div>
  )
}

function etaText(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}

function Result({ made }: { readonly made: Made }) {
  const { reply, picture, seed: drawn, totalMs } = made
  const url = useUrl(picture)
  return (
    <div class="stack" role="status">
      <figure class="made">
        {url !== undefined && <img src={url} alt="Synthetic film, made by a model" />}
        <figcaption>Synthetic. Made by a model, not of a patient.</figcaption>
      </figure>
      <div class="actions">
        <button type="button" class="button" onClick={() => saveFile(picture, `synthetic-${drawn}.png`)}>
          Save PNG
        </button>
        <button type="button" class="button" onClick={() => void openAsFilm(made)}>
          Open as a film
        </button>
        <button type="button" class="button quiet" onClick={() => (seed.value = drawn)}>
          Keep this seed
        </button>
      </div>
      {reply.prompt.cut.length > 0 && <p class="warning">Not read: {reply.prompt.cut.join(' ')}.</p>}
      <dl class="answered-by">
        <Fact name="Model" value={reply.model.replace('@', ' ')} />
        <Fact name="Digest" value={shortDigest(reply.digests.model)} />
        <Fact name="Seed" value={drawn} />
        <Fact name="Options" value={`${reply.steps} steps, guidance ${reply.guidance_scale}, ${reply.size}`} />
        {reply.edit !== undefined && <Fact name="Edit" value={editText(reply.edit)} />}
        <Fact name="Time" value={`${(totalMs / 1000).toFixed(1)} s`} />
      </dl>
    </div>
  )
}

function editText({ strength, changed_share: share }: NonNullable<Made['reply']['edit']>): string {
  const part = share === undefined ? 'all of the film' : `${Math.round(share * 100)} % of the film`
  return `strength ${strength}, ${part} could change`
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
