import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log, Meter } from '../../ports.js'
import type { Bundle } from './resources.js'
import { createSmartTokens, type SmartClient } from './smart-token.js'
import { withTimeLimit } from '../time-limit.js'

export interface FhirPushOptions {
  /** Of the server, without a slash at its end. */
  readonly baseUrl: string
  readonly client: SmartClient
  /** Of one attempt, its token included. */
  readonly timeoutMs: number
  readonly attempts: number
  /** After the first failure; it doubles with every further one. */
  readonly backoffMs: number
  readonly log: Log
  readonly meter: Meter
}

/** `refused`: the server would not take it a second time either. `undelivered`: after every attempt; whoever pushes keeps it. */
export type Pushed =
  { readonly outcome: 'accepted' } | { readonly outcome: 'refused' | 'undelivered'; readonly reason: string }

export interface FhirPush {
  /**
   * Creates the Bundle on the server, once whatever is repeated: a conditional create by its identifier, which is `id` where
   * whoever pushes will push it again. Never rejects.
   */
  push(bundle: Bundle, signal?: AbortSignal, id?: string): Promise<Pushed>
  close(): void
}

const TRY_AGAIN: ReadonlySet<number> = new Set([401, 408, 425, 429])

export function createFhirPush(options: FhirPushOptions): FhirPush {
  const closing = new AbortController()
  const tokens = createSmartTokens(options.client)

  const attempt = async (body: string, id: string, outer: AbortSignal): Promise<Pushed> => {
    const signal = withTimeLimit(outer, options.timeoutMs)
    const headers = {
      authorization: `Bearer ${await tokens.take(signal)}`,
      'content-type': 'application/fhir+json',
      'if-none-exist': `identifier=${IDENTIFIER}|${id}`,
    }
    const reply = await fetch(`${options.baseUrl}/Bundle`, { method: 'POST', headers, body, signal, redirect: 'error' })
    // What a server says may quote the patient.
    await reply.body?.cancel()
    if (reply.ok) return { outcome: 'accepted' }
    if (reply.status === 401) tokens.forget()
    const isLasting = reply.status < 500 && !TRY_AGAIN.has(reply.status)
    return { outcome: isLasting ? 'refused' : 'undelivered', reason: String(reply.status) }
  }
  return {
    async push(bundle, given, id = randomUUID()) {
      const signal = given === undefined ? closing.signal : AbortSignal.any([given, closing.signal])
      const body = JSON.stringify({ ...bundle, identifier: { system: IDENTIFIER, value: id } })
      let pushed: Pushed = { outcome: 'undelivered', reason: 'closed' }
      for (let made = 0; made < options.attempts && !signal.aborted; made++) {
        pushed = await attempt(body, id, signal).catch((error: unknown) => ({
          outcome: 'undelivered' as const,
          reason: reasonOf(error),
        }))
        options.meter.count('radserve_fhir_pushes_total', { outcome: pushed.outcome })
        if (pushed.outcome !== 'undelivered') return pushed
        options.log.warn({ attempt: made + 1, reason: pushed.reason }, 'a FHIR Bundle was not taken')
        if (made + 1 < options.attempts)
          await delay(options.backoffMs * 2 ** made, undefined, { signal }).catch(() => undefined)
      }
      return pushed
    },
    close: () => closing.abort(),
  }
}

const IDENTIFIER = 'urn:radserve:document'

/** A system's code or our own word; other messages could hold an address. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: NodeJS.ErrnoException }
  if (name === 'TimeoutError' || name === 'AbortError') return 'timeout'
  return cause?.code ?? (message.startsWith('token ') ? message : 'failed')
}
