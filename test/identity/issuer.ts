import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose'

export interface Issuer {
  readonly url: string
  readonly keySetUrl: string
  /** How often its keys were asked for. */
  readonly asked: number
  /** From now on it answers with this status. */
  status: number
  /** Signs with its present key. */
  sign(claims: Record<string, unknown>, options?: SignOptions): Promise<string>
  /** Takes another key; the old one is no longer published. */
  rotate(): Promise<void>
}

export interface SignOptions {
  readonly audience?: string
  readonly issuer?: string
  readonly expires?: string | number
}

export const AUDIENCE = 'radserve'

/** An issuer of tokens with a real key set on a real socket of this machine. */
export async function startIssuer(t: TestContext): Promise<Issuer> {
  let number = 0
  let pair = await generateKeyPair('ES256')
  let jwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: 'key-0', alg: 'ES256' }
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    response.writeHead(issuer.status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer: Issuer = {
    url,
    keySetUrl: `${url}/jwks`,
    get asked() {
      return asked
    },
    status: 200,
    sign: (claims, { audience = AUDIENCE, issuer: name = url, expires = '5m' } = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: jwk.kid ?? '' })
        .setIssuer(name)
        .setAudience(audience)
        .setExpirationTime(expires)
        .sign(pair.privateKey),
    async rotate() {
      pair = await generateKeyPair('ES256')
      jwk = { ...(await exportJWK(pair.publicKey)), kid: `key-${++number}`, alg: 'ES256' }
    },
  }
  return issuer
}
