import { SCOPE_NAMES, type Scope } from './scopes.js'

/** How a caller proved who it is. */
export type CallerKind = 'key' | 'token' | 'certificate' | 'anonymous'

/** Who asks. It owns what it makes by its `id`, so a key that takes another's place has the same name. */
export interface Caller {
  readonly kind: CallerKind
  /** `key:<name>`, `token:<subject>@<issuer>`, `certificate:<name>` or `anonymous`. */
  readonly id: string
  readonly scopes: ReadonlySet<string>
  /** Which of its credentials was shown: a key's id, a token's `jti`, a certificate's fingerprint. */
  readonly credential?: string
}

/** Everyone, where nobody is asked for a name. */
export const ANONYMOUS: Caller = { kind: 'anonymous', id: 'anonymous', scopes: new Set(SCOPE_NAMES) }

export function isAllowed({ scopes }: Caller, scope: Scope): boolean {
  return scopes.has(scope) || scopes.has('admin')
}
