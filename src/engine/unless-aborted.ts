import { abortReason } from '../errors.js'

/** The load itself goes on for whoever else wants it; only this caller stops waiting. */
export async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let onAbort!: () => void
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortReason(signal))
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  })
  // Both are handed to the race, so that neither can be a rejection that nobody handles.
  await Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
}
