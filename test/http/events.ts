/** What a client of server-sent events sees; by hand, as the standard says it is read. */
import { setTimeout as sleep } from 'node:timers/promises'

export interface ReadEvent {
  readonly event?: string
  readonly id?: string
  readonly retry?: string
  readonly data: unknown
}

export async function* readEvents(reply: Response): AsyncGenerator<ReadEvent, void> {
  let text = ''
  let fields: Record<string, string> = {}
  const decoder = new TextDecoder()
  for await (const chunk of reply.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    const lines = text.split('\n')
    text = lines.pop()!
    for (const line of lines) {
      if (line.startsWith(':')) continue
      if (line !== '') {
        const colon = line.indexOf(':')
        fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart()
      } else if (fields['data'] !== undefined) {
        yield { ...fields, data: JSON.parse(fields['data']) as unknown }
        fields = {}
      }
    }
  }
}

/** Waits for what only happens elsewhere; fails after ten seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let waitedMs = 0; !condition(); waitedMs += 5) {
    if (waitedMs > 10_000) throw new Error('What was waited for did not happen.')
    await sleep(5)
  }
}
