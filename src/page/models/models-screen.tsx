import { useEffect } from 'preact/hooks'
import { ErrorBox } from '../parts/error-box.js'
import { modelList, readModels } from './model-list.js'
import { ModelView } from './model-view.js'

const EVERY_MS = 5_000

/** Every pack in the store: what it is for, what it was measured at, and whether it is loaded. */
export function ModelsScreen() {
  useEffect(() => {
    void readModels()
    const timer = setInterval(() => {
      // Others load and unload as well. After an error nobody is asked again and again for a key.
      if (!document.hidden && modelList.peek().state === 'ready') void readModels()
    }, EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  const list = modelList.value
  return (
    <div class="stack wide-gap">
      <div class="screen-head">
        <h1>Models</h1>
        <p class="fine">What is in the store of this service. Read what a model is not for before you believe it.</p>
      </div>
      {list.state === 'loading' && <p class="empty">Reading…</p>}
      {list.state === 'failed' && <ErrorBox error={list.error} onRetry={() => void readModels()} />}
      {list.state === 'ready' && list.models.map((model) => <ModelView key={model.id} model={model} />)}
      {list.state === 'ready' && list.models.length === 0 && <p class="empty">The store is empty.</p>}
    </div>
  )
}
