import { abortReason, AppError, envelopeToError, errorToEnvelope, type ErrorEnvelope } from '../errors.js'
import type { LiveModel } from './live-model.js'

export type ModelState = 'cold' | 'loading' | 'ready' | 'unloading' | 'unloaded' | 'failed'

/** The life of one version of one model: opened once however many ask, closed only when nobody uses it. */
export interface ModelSlot {
  readonly state: ModelState
  /** Why it failed, for people. */
  readonly reason: string | undefined
  readonly uses: number
  /** What was wrong with an answer that it gave since it was opened; `undefined` while there was none. */
  readonly ailment: string | undefined
  readonly live: LiveModel | undefined
  /** The open model; opens it when it is cold. Throws why it failed, or `model_not_loaded` after an unload. */
  acquire(signal: AbortSignal): Promise<{ model: LiveModel; release: () => void }>
  /** Opens it, also after a failure or an unload. */
  load(): Promise<LiveModel>
  /** Throws `model_in_use` while someone uses it. */
  unload(): Promise<void>
  /** It serves on, for one film may be the reason; who runs the service should look at it. Opening it anew clears it. */
  markUnhealthy(reason: string): void
}

export interface SlotActions {
  open(): Promise<LiveModel>
  close(): Promise<void>
}

type Phase =
  | { readonly state: 'cold' | 'unloaded' | 'unloading' }
  | { readonly state: 'loading'; readonly opening: Promise<LiveModel> }
  | { readonly state: 'ready'; readonly model: LiveModel }
  | { readonly state: 'failed'; readonly why: ErrorEnvelope }

export function createModelSlot(id: string, actions: SlotActions): ModelSlot {
  let phase: Phase = { state: 'cold' }
  let uses = 0
  let ailment: string | undefined

  const begin = (): Promise<LiveModel> => {
    ailment = undefined
    const opening = actions.open()
    phase = { state: 'loading', opening }
    opening.then(
      (model) => (phase = { state: 'ready', model }),
      (error: unknown) => (phase = { state: 'failed', why: errorToEnvelope(error) }),
    )
    return opening
  }
  const current = (): Promise<LiveModel> => {
    switch (phase.state) {
      case 'ready':
        return Promise.resolve(phase.model)
      case 'loading':
        return phase.opening
      case 'cold':
        return begin()
      case 'failed':
        return Promise.reject(envelopeToError(phase.why))
      case 'unloading':
      case 'unloaded':
        return Promise.reject(new AppError('model_not_loaded', `The model ${id} was unloaded; load it to use it.`))
    }
  }

  return {
    get state() {
      return phase.state
    },
    get reason() {
      return phase.state === 'failed' ? phase.why.message : undefined
    },
    get uses() {
      return uses
    },
    get ailment() {
      return ailment
    },
    markUnhealthy(reason) {
      ailment = reason
    },
    get live() {
      return phase.state === 'ready' ? phase.model : undefined
    },
    async acquire(signal) {
      uses++
      const release = once(() => uses--)
      try {
        return { model: await withAbort(current(), signal), release }
      } catch (error) {
        release()
        throw error
      }
    },
    load: () => (phase.state === 'ready' || phase.state === 'loading' ? current() : begin()),
    async unload() {
      if (phase.state === 'unloaded') return
      if (uses > 0 || phase.state === 'loading' || phase.state === 'unloading') {
        throw new AppError('model_in_use', `The model ${id} is in use; unload it when its requests are done.`)
      }
      const wasOpen = phase.state === 'ready'
      phase = { state: 'unloading' }
      try {
        if (wasOpen) await actions.close()
      } finally {
        phase = { state: 'unloaded' }
      }
    },
  }
}

function once(act: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    act()
  }
}

/** The promise's outcome, or the abort's reason if that comes first; what the promise stands for goes on for others. */
function withAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(abortReason(signal))
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortReason(signal))
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
