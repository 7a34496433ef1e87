/**
 * Access tokens by SMART App Launch 2.0, Backend Services: client_credentials with a private_key_jwt of ES384 or RS384 (RFC 7523).
 */
import { randomUUID } from 'node:crypto'
import { importPKCS8, SignJWT } from 'jose'

export interface SmartClient {
  /** Of the server's `.well-known/smart-configuration`; also the audience of the assertion. */
  readonly tokenUrl: string
  readonly clientId: string
  /** PKCS#8 in PEM. */
  readonly privateKey: string
  readonly keyId: string
  readonly algorithm: 'ES384' | 'RS384'
  readonly scope: string
}

/** The longest that the standard allows is 5 minutes. */
const ASSERTION_SECONDS = 240
/** A token that ends sooner than this is not begun with. */
const SPARE_MS = 10_000
const MAX_TOKEN_BYTES = 64 << 10

export interface SmartTokens {
  /** Throws an Error whose message is a word or a status, nothing that the server said. */
  take(signal: AbortSignal): Promise<string>
  /** The server did not take the last one. */
  forget(): void
}

export function createSmartTokens(client: SmartClient): SmartTokens {
  const key = importPKCS8(client.privateKey, client.algorithm)
  // Told by whoever takes a token.
  key.catch(() => undefined)
  let held: { readonly token: string; readonly untilMs: number } | undefined

  const assertion = async (): Promise<string> =>
    new SignJWT()
      .setProtectedHeader({ alg: client.algorithm, typ: 'JWT', kid: client.keyId })
      .setIssuer(client.clientId)
      .setSubject(client.clientId)
      .setAudience(client.tokenUrl)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(`${ASSERTION_SECONDS}s`)
      .sign(await key)
  return {
    async take(signal) {
      if (held !== undefined && held.untilMs > Date.now() + SPARE_MS) return held.token
      const body = new URLSearchParams({
        ...{ grant_type: 'client_credentials', scope: client.scope },
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion(),
      })
      const reply = await fetch(client.tokenUrl, { method: 'POST', body, signal, redirect: 'error' })
      const answer = await readToken(reply)
      held = { token: answer.access_token, untilMs: Date.now() + answer.expires_in * 1000 }
      return held.token
    },
    forget: () => (held = undefined),
  }
}

async function readToken(reply: Response): Promise<{ access_token: string; expires_in: number }> {
  if (!reply.ok) {
    await reply.body?.cancel()
    throw new Error(`token ${reply.status}`)
  }
  let bytes = 0
  const chunks: Uint8Array[] = []
  for await (const chunk of reply.body ?? []) {
    bytes += (chunk as Uint8Array).byteLength
    if (bytes > MAX_TOKEN_BYTES) throw new Error('token too large')
    chunks.push(chunk as Uint8Array)
  }
  const parsed = parseObject(Buffer.concat(chunks).toString('utf8'))
  const { access_token, expires_in = 0 } = parsed
  if (typeof access_token !== 'string' || access_token === '' || typeof expires_in !== 'number')
    throw new Error('token unreadable')
  return { access_token, expires_in }
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
