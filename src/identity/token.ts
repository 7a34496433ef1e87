import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import type { Caller } from './caller.js'
import { isScope } from './scopes.js'

export interface TokenRules {
  readonly issuer: string
  readonly audience: string
  /** Signatures that are taken; no others, whatever a token's header says. */
  readonly algorithms: readonly string[]
  readonly clockToleranceMs: number
}

const MAX_SUBJECT = 256
const MAX_TOKEN = 16_384
const PRINTABLE = /^[\x21-\x7e]+$/

/**
 * The caller that a JSON Web Token (RFC 7519, RFC 9068) names, with the scopes of its `scope` or `scp`. `undefined` for one
 * that is forged, expired, of another issuer or for another audience. Throws `identity_unavailable`.
 */
export async function verifyToken(
  token: string,
  keys: JWTVerifyGetKey,
  rules: TokenRules,
): Promise<Caller | undefined> {
  if (token.length > MAX_TOKEN) return undefined
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: rules.issuer,
      audience: rules.audience,
      algorithms: [...rules.algorithms],
      clockTolerance: rules.clockToleranceMs / 1000,
      requiredClaims: ['exp'],
    })
    return callerOf(payload, rules.issuer)
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

function callerOf(payload: JWTPayload, issuer: string): Caller | undefined {
  const subject = payload.sub ?? payload['client_id'] ?? payload['azp']
  if (typeof subject !== 'string' || subject.length > MAX_SUBJECT || !PRINTABLE.test(subject)) return undefined
  const { jti } = payload
  return {
    kind: 'token',
    id: `token:${subject}@${issuer}`,
    scopes: new Set(scopesOf(payload).filter(isScope)),
    ...(typeof jti === 'string' && jti.length <= MAX_SUBJECT && PRINTABLE.test(jti) && { credential: jti }),
  }
}

/** `scope` is one text (RFC 8693 section 4.2), `scp` a text or a list. */
function scopesOf({ scope, scp }: JWTPayload): string[] {
  return [scope, scp].flat().flatMap((value) => (typeof value === 'string' ? value.split(' ') : []))
}
