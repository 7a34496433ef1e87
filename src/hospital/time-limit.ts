/**
 * A signal that aborts with `outer`, or with a `TimeoutError` after `limitMs`. By a timer of its own: Node collects an
 * `AbortSignal.timeout` that only `AbortSignal.any` knows of, and it never fires.
 */
export function withTimeLimit(outer: AbortSignal, limitMs: number): AbortSignal {
  const limit = new AbortController()
  setTimeout(() => limit.abort(new DOMException('The time limit has passed.', 'TimeoutError')), limitMs).unref()
  return AbortSignal.any([outer, limit.signal])
}
