import { EventSourceParserStream } from 'eventsource-parser/stream'
import type { ProblemDocument } from './contract.js'
import { ConnectionError, ProblemError } from './problem.js'
import type { Call, CallOptions, Transport } from './transport.js'

export interface ServerEvent {
  readonly event: string
  readonly id?: string
  readonly data: unknown
}

const CUT = 'The service went away before its last event.'

/**
 * The events of one answer, until it ends. Throws the problem of an event `error`, `timeout` after a long silence, and
 * `stream_cut` when the connection breaks. Leaving the loop stops the work at the service.
 */
export async function* readEvents(transport: Transport, call: Call, options: CallOptions): AsyncGenerator<ServerEvent> {
  const { reply, limit } = await transport.open(call, options)
  try {
    const reader = eventsOf(reply, () => limit.restart()).getReader()
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw limit.signal.aborted ? limit.signal.reason : new ConnectionError('stream_cut', CUT, { cause })
      })
      if (done) return
      const { event = 'message', id } = value
      const data = parse(value.data)
      if (event === 'error') throw new ProblemError((data as ProblemDocument).status, data as ProblemDocument)
      yield { event, ...(id !== undefined && { id }), data }
    }
  } finally {
    limit.end()
    limit.leave()
  }
}

/** As `readEvents`, for streams whose last event is `end`: one that ends without it was cut. */
export async function* readUntilEnd(
  transport: Transport,
  call: Call,
  options: CallOptions,
): AsyncGenerator<ServerEvent> {
  for await (const event of readEvents(transport, call, options)) {
    if (event.event === 'end') return
    yield event
  }
  throw new ConnectionError('stream_cut', CUT)
}

function eventsOf(reply: Response, onBytes: () => void) {
  if (reply.body === null) throw new ConnectionError('unreadable', 'The answer has no body.')
  const decoder = new TextDecoder()
  const text = new TransformStream<Uint8Array, string>({
    transform(chunk, controller) {
      onBytes()
      controller.enqueue(decoder.decode(chunk, { stream: true }))
    },
  })
  return reply.body.pipeThrough(text).pipeThrough(new EventSourceParserStream())
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ConnectionError('unreadable', 'An event is not JSON.', { cause })
  }
}
