import { askResponse, type Ask } from './api.js'
import { reportAway } from './connection.js'
import { ProblemError, type Problem } from './problem.js'

export interface ServerEvent {
  readonly name: string
  readonly data: unknown
}

/** A stream that ended before the service said that it was whole. */
export class StreamCutError extends Error {
  constructor() {
    super('The stream was cut.')
  }
}

const END = 'end'
const FAILED = 'error'
/** Images of an answer are in its last event. */
const MAX_EVENT_CHARACTERS = 256 * 2 ** 20

/**
 * The events of an answer as they come, without the last one, `end`. Throws what `askJson` throws, a `ProblemError` for an
 * event `error`, and `StreamCutError` where the stream ends without an end. Leaving the loop ends the request.
 */
export async function* askEvents(path: string, ask: Ask): AsyncGenerator<ServerEvent, void> {
  const left = new AbortController()
  const signals = ask.signal === undefined ? [left.signal] : [left.signal, ask.signal]
  const response = await askResponse(path, { ...ask, accept: 'text/event-stream', signal: AbortSignal.any(signals) })
  try {
    for await (const event of eventsOf(response)) {
      if (event.name === FAILED) throw problemOf(event, response)
      if (event.name === END) return
      yield event
    }
  } catch (error) {
    throw cutOr(error, ask.signal)
  } finally {
    left.abort()
  }
  if (ask.signal?.aborted !== true) reportAway()
  throw new StreamCutError()
}

/** What the reader of a body throws is no word of the service. */
function cutOr(error: unknown, signal: AbortSignal | undefined): unknown {
  if (error instanceof ProblemError || signal?.aborted === true) return error
  reportAway()
  return new StreamCutError()
}

async function* eventsOf(response: Response): AsyncGenerator<ServerEvent, void> {
  if (response.body === null) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    text += value
    if (text.length > MAX_EVENT_CHARACTERS) throw new StreamCutError()
    for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
      const event = readEvent(text.slice(0, at))
      text = text.slice(at + 2)
      if (event !== undefined) yield event
    }
  }
}

/** Comments, which keep a connection open, are no events. */
function readEvent(block: string): ServerEvent | undefined {
  const lines = block.split('\n')
  const data = lines.find((line) => line.startsWith('data: '))?.slice('data: '.length)
  if (data === undefined) return undefined
  const name = lines.find((line) => line.startsWith('event: '))?.slice('event: '.length) ?? 'message'
  return { name, data: JSON.parse(data) as unknown }
}

function problemOf({ data }: ServerEvent, response: Response): ProblemError {
  const problem = data as Partial<Problem>
  return new ProblemError({
    title: 'The service could not finish',
    status: response.status,
    detail: '',
    code: 'unknown',
    request_id: response.headers.get('x-request-id') ?? 'none',
    ...problem,
  })
}
