import { Type } from 'typebox'
import { flag, integer, text } from './key.js'

const MIB = 1 << 20
const DAY_MS = 86_400_000

/** Who may ask, how much, and what is written down of it: docs/security.md. */
export const IDENTITY_KEYS = {
  API_KEYS_FILE: text('File of the API keys, as `radserve keys` makes it; it is read again when it changes.'),
  JWT_ISSUER: text('Issuer (`iss`) of the JSON Web Tokens that are taken.'),
  JWT_AUDIENCE: text('Audience (`aud`) that a token must be for.'),
  JWT_JWKS_URL: text("Where the issuer's public keys are: https, or http on this machine.", 'https?://.*'),
  JWT_ALGORITHMS: Type.String({
    default: 'RS256,ES256',
    pattern: '^(RS|PS|ES)(256|384|512)(,(RS|PS|ES)(256|384|512))*$|^EdDSA$',
    description: 'Signatures (comma-separated) that a token may have.',
  }),
  JWT_CLOCK_TOLERANCE_MS: integer(30_000, 'How far the clock of the issuer may be from ours.', 0, 600_000),
  TLS_CERT_FILE: text('Certificate chain (PEM) of the service, which then speaks https only.'),
  TLS_KEY_FILE: text('Private key (PEM) of that certificate.'),
  TLS_CLIENT_CA_FILE: text("Authorities (PEM) that clients' certificates must be of."),
  TLS_CLIENT_CERTIFICATES: Type.Enum(['optional', 'required'], {
    default: 'optional',
    description:
      'Whether a client without a certificate may show a key or a token instead, or is not spoken to at all.',
  }),
  CLIENT_CERTIFICATES_FILE: text('File that says which certificate is which caller, with which scopes.'),
  ALLOW_ANONYMOUS: flag(
    false,
    'Serve everyone on an address that others can reach, although no identity is configured.',
  ),
  PUBLIC_METRICS: flag(false, 'Answer /metrics without asking who it is for.'),
  PUBLIC_DOCS: flag(false, 'Answer /docs and /openapi.json without asking who they are for.'),
  MAX_CALLER_REQUESTS_IN_FLIGHT: integer(128, 'Requests that one caller may have open at a time.', 1, 100_000),
  MAX_CALLER_REQUESTS_PER_MINUTE: integer(
    6_000,
    'Requests of one caller in a minute, over which they may come unevenly.',
  ),
  INDEX_ACCESS: Type.Enum(['owner', 'shared'], {
    default: 'owner',
    description:
      'Whether an index is there for its owner and admins alone, or for everyone with the scopes for indexes.',
  }),
  AUDIT: Type.Enum(['auto', 'on', 'off'], {
    default: 'auto',
    description:
      'Keep an audit log in DATA_DIR/audit; auto: where an identity is configured or others can reach the address.',
  }),
  AUDIT_FAILURE: Type.Enum(['refuse', 'continue'], {
    default: 'refuse',
    description:
      'What becomes of requests while the audit log cannot be written: answered 503, or answered unrecorded.',
  }),
  AUDIT_CHAIN: text('Name of the chain that this process writes; left out, that of the host.', '[A-Za-z0-9._-]{1,100}'),
  AUDIT_SEGMENT_BYTES: integer(16 * MIB, 'Bytes of one file of the audit log, which is then sealed.', 4096, 1024 * MIB),
  AUDIT_RETENTION_MS: integer(0, 'How long sealed files of the audit log are kept; 0: for ever.', 0, 36_500 * DAY_MS),
}
