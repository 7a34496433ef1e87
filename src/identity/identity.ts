import type { JWTVerifyGetKey } from 'jose'
import { AppError } from '../errors.js'
import type { Clock, Log } from '../ports.js'
import { isKey } from './api-key.js'
import { ANONYMOUS, type Caller } from './caller.js'
import { readCertificateFile, type FindCertificate, type VerifiedCertificate } from './client-certificates.js'
import { openKeyRing, type KeyChange, type KeyRing } from './key-ring.js'
import { createKeySet } from './key-set.js'
import { verifyToken, type TokenRules } from './token.js'

export { ANONYMOUS, isAllowed, type Caller } from './caller.js'
export type { VerifiedCertificate } from './client-certificates.js'
export { SCOPES, SCOPE_NAMES, isScope, type Scope } from './scopes.js'

/** What a request shows. */
export interface Credentials {
  /** A key or a token: `authorization: Bearer` or `x-api-key`. */
  readonly secret?: string
  readonly certificate?: VerifiedCertificate
}

export interface Identity {
  /** Nobody is asked who they are. */
  readonly isOpen: boolean
  /**
   * Who shows these credentials: a secret counts before a certificate, and a secret that is wrong is not made good by a
   * certificate. Throws `unauthenticated`, `identity_unavailable`.
   */
  authenticate(credentials: Credentials): Promise<Caller>
}

export const OPEN_IDENTITY: Identity = { isOpen: true, authenticate: () => Promise.resolve(ANONYMOUS) }

/** The ways in which callers may say who they are; any of them is enough. */
export interface IdentityOptions {
  readonly keysFile?: string
  readonly tokens?: TokenRules & { readonly keySetUrl: string }
  readonly certificatesFile?: string
  readonly log: Log
  readonly clock: Clock
  onKeyChange?(change: KeyChange): void
}

/** Throws `configuration` where a file cannot be used. */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { keysFile, tokens, certificatesFile, log, clock, onKeyChange } = options
  if (keysFile === undefined && tokens === undefined && certificatesFile === undefined) return OPEN_IDENTITY
  const ring =
    keysFile === undefined
      ? undefined
      : await openKeyRing({ path: keysFile, log, clock, ...(onKeyChange !== undefined && { onChange: onKeyChange }) })
  return closedIdentity({
    ring,
    tokens: tokens && { rules: tokens, keys: createKeySet({ url: tokens.keySetUrl, log, clock }) },
    findCertificate: certificatesFile === undefined ? undefined : readCertificateFile(certificatesFile),
  })
}

interface Ways {
  readonly ring: KeyRing | undefined
  readonly tokens: { readonly rules: TokenRules; readonly keys: JWTVerifyGetKey } | undefined
  readonly findCertificate: FindCertificate | undefined
}

function closedIdentity({ ring, tokens, findCertificate }: Ways): Identity {
  const bySecret = async (secret: string): Promise<Caller | undefined> => {
    if (isKey(secret)) return ring?.find(secret)
    return tokens && verifyToken(secret, tokens.keys, tokens.rules)
  }
  return {
    isOpen: false,
    async authenticate({ secret, certificate }) {
      if (secret !== undefined) {
        const caller = await bySecret(secret)
        if (caller !== undefined) return caller
        throw new AppError('unauthenticated', 'The key or token is not valid here.')
      }
      const caller = certificate && findCertificate?.(certificate)
      if (caller !== undefined) return caller
      const what = certificate === undefined ? 'The request has no key or token.' : 'The certificate is not known here.'
      throw new AppError('unauthenticated', what)
    },
  }
}
