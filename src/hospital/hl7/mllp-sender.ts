import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log, Meter } from '../../ports.js'
import { exchangeMllp, openMllp, type MllpAddress } from './mllp-connection.js'
import { withTimeLimit } from '../time-limit.js'

export interface MllpOptions extends MllpAddress {
  /** For the connection, and again for the acknowledgement. */
  readonly timeoutMs: number
  readonly attempts: number
  /** After the first failure; it doubles with every further one. */
  readonly backoffMs: number
  readonly log: Log
  readonly meter: Meter
}

/**
 * `accepted`: AA or CA. `refused`: AE or CE, the receiver cannot use the message and would not a second time. `undelivered`: AR
 * or CR, or no acknowledgement that can be read, after every attempt: whoever sends keeps the message.
 */
export type Delivery =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'refused'; readonly code: string }
  | { readonly outcome: 'undelivered'; readonly reason: string }

/** Sends messages one after the other over one connection, which is opened again when it is lost. */
export interface MllpSender {
  /** Never rejects. A message whose acknowledgement got lost is sent again: its control id tells the receiver. */
  send(message: string, controlId: string, signal?: AbortSignal): Promise<Delivery>
  close(): void
}

export function createMllpSender(options: MllpOptions): MllpSender {
  const closing = new AbortController()
  let socket: Socket | undefined
  let turn: Promise<unknown> = Promise.resolve()

  const attempt = async (message: string, controlId: string, signal: AbortSignal): Promise<Delivery> => {
    const limited = () => withTimeLimit(signal, options.timeoutMs)
    if (socket === undefined || socket.destroyed || !socket.writable) socket = await openMllp(options, limited())
    const code = acknowledgementOf(await exchangeMllp(socket, message, limited()), controlId)
    if (code === 'AA' || code === 'CA') return { outcome: 'accepted' }
    if (code === 'AE' || code === 'CE') return { outcome: 'refused', code }
    if (code === undefined) socket.destroy()
    return { outcome: 'undelivered', reason: code ?? 'acknowledgement of another message' }
  }
  const deliver = async (message: string, controlId: string, signal: AbortSignal): Promise<Delivery> => {
    let delivery: Delivery = { outcome: 'undelivered', reason: 'closed' }
    for (let made = 0; made < options.attempts && !signal.aborted; made++) {
      delivery = await attempt(message, controlId, signal).catch((error: unknown) => ({
        outcome: 'undelivered' as const,
        reason: reasonOf(error),
      }))
      options.meter.count('radserve_hl7_messages_total', { outcome: delivery.outcome })
      if (delivery.outcome !== 'undelivered') return delivery
      options.log.warn({ attempt: made + 1, reason: delivery.reason }, 'an HL7 message was not taken')
      if (made + 1 < options.attempts)
        await delay(options.backoffMs * 2 ** made, undefined, { signal }).catch(() => undefined)
    }
    return delivery
  }
  return {
    send(message, controlId, signal) {
      const all = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal])
      const result = turn.then(() => deliver(message, controlId, all))
      turn = result
      return result
    },
    close() {
      closing.abort()
      socket?.destroy()
    },
  }
}

/** MSA-1, where MSA-2 names our message. Nothing else of an acknowledgement is read or told: it may quote the patient. */
function acknowledgementOf(text: string, controlId: string): string | undefined {
  const [, code, id] =
    text
      .split('\r')
      .find((line) => line.startsWith('MSA|'))
      ?.split('|') ?? []
  return id === controlId && /^[AC][AER]$/.test(code ?? '') ? code : undefined
}

/** A system's error code or our own word; a message could hold an address. */
function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message
}
