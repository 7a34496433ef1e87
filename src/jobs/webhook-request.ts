import { createHmac } from 'node:crypto'
import { request as requestHttp, type ClientRequest } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { AppError } from '../errors.js'
import type { AddressGuard } from './address-guard.js'

const SECRET_PREFIX = 'whsec_'
/** The least that Standard Webhooks asks for. */
const MIN_SECRET_BYTES = 24

/** The headers of Standard Webhooks, version 1: what the receiver needs to know that it was us, and when. */
export function signWebhook(secret: Uint8Array, { id, body, atMs }: { id: string; body: string; atMs: number }) {
  const timestamp = String(Math.floor(atMs / 1000))
  const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` }
}

/** Bytes of a secret as it is configured. Throws `configuration`. */
export function readWebhookSecret(text: string): Uint8Array {
  const secret = Buffer.from(text.startsWith(SECRET_PREFIX) ? text.slice(SECRET_PREFIX.length) : '', 'base64')
  if (secret.byteLength >= MIN_SECRET_BYTES) return secret
  const what = `${SECRET_PREFIX} and the base64 of ${MIN_SECRET_BYTES} random bytes or more`
  throw new AppError('configuration', `WEBHOOK_SECRET must be ${what}.`)
}

export interface WebhookCall {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly guard: AddressGuard
  readonly limitMs: number
  readonly signal: AbortSignal
}

/** The status that the receiver answers. Redirects are not followed and nothing of the answer is read. */
export function callWebhook({ url, headers, body, guard, limitMs, signal }: WebhookCall): Promise<number> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    // An address in the place of a name is not looked up.
    if (isIP(host) !== 0 && !guard.allows(host)) {
      reject(new Error('The address must not be called.'))
      return
    }
    const request = url.protocol === 'https:' ? requestHttps : requestHttp
    const call: ClientRequest = request(
      url,
      {
        method: 'POST',
        agent: false,
        lookup: guard.lookup,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
        signal,
      },
      (response) => {
        clearTimeout(limit)
        resolve(response.statusCode ?? 0)
        response.destroy()
      },
    )
    // A timer of its own: Node collects an AbortSignal.timeout that only AbortSignal.any knows of, and it never fires.
    const limit = setTimeout(() => call.destroy(new Error('The receiver did not answer in time.')), limitMs)
    call.on('error', (error) => {
      clearTimeout(limit)
      reject(error)
    })
    call.end(body)
  })
}
