import { readFileSync } from 'node:fs'
import type { Config } from '../config.js'
import { AppError, type FieldError } from '../errors.js'
import type { ServerTls } from '../http/server.js'
import { openIdentity, type Identity } from '../identity/identity.js'
import { systemClock, type AuditTrail, type Log } from '../ports.js'

/** Whether anything says who may ask. */
export function hasIdentity(config: Config): boolean {
  return config.API_KEYS_FILE !== '' || config.JWT_ISSUER !== '' || config.CLIENT_CERTIFICATES_FILE !== ''
}

/** Throws `configuration` naming every key that is missing beside another, and for files that cannot be used. */
export async function identityOf(config: Config, { log, audit }: { log: Log; audit: AuditTrail }): Promise<Identity> {
  checkTogether(config)
  return openIdentity({
    ...(config.API_KEYS_FILE !== '' && { keysFile: config.API_KEYS_FILE }),
    ...(config.JWT_ISSUER !== '' && {
      tokens: {
        issuer: config.JWT_ISSUER,
        audience: config.JWT_AUDIENCE,
        algorithms: config.JWT_ALGORITHMS.split(','),
        clockToleranceMs: config.JWT_CLOCK_TOLERANCE_MS,
        keySetUrl: config.JWT_JWKS_URL,
      },
    }),
    ...(config.CLIENT_CERTIFICATES_FILE !== '' && { certificatesFile: config.CLIENT_CERTIFICATES_FILE }),
    log,
    clock: systemClock,
    onKeyChange: ({ added, removed }) =>
      audit.record({ event: 'keys_change', keys_added: added, keys_removed: removed }),
  })
}

/** What the server needs to speak TLS, where it is to. Throws `configuration`. */
export function tlsOf(config: Config): ServerTls | undefined {
  checkTogether(config)
  if (config.TLS_CERT_FILE === '') return undefined
  const ca = config.TLS_CLIENT_CA_FILE
  return {
    cert: readPem(config.TLS_CERT_FILE),
    key: readPem(config.TLS_KEY_FILE),
    ...(ca !== '' && { clientCa: readPem(ca) }),
    isClientCertificateRequired: config.TLS_CLIENT_CERTIFICATES === 'required',
  }
}

/** Keys that mean nothing without each other. */
const TOGETHER: readonly (readonly (keyof Config)[])[] = [
  ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_JWKS_URL'],
  ['TLS_CERT_FILE', 'TLS_KEY_FILE'],
  ['TLS_CLIENT_CA_FILE', 'CLIENT_CERTIFICATES_FILE'],
]

function checkTogether(config: Config): void {
  const mistakes: FieldError[] = TOGETHER.flatMap((keys) => {
    const missing = keys.filter((key) => config[key] === '')
    if (missing.length === 0 || missing.length === keys.length) return []
    return missing.map((key) => ({ pointer: `/${key}`, detail: `is needed beside ${keys.join(' and ')}` }))
  })
  if (config.TLS_CLIENT_CA_FILE !== '' && config.TLS_CERT_FILE === '')
    mistakes.push({ pointer: '/TLS_CERT_FILE', detail: 'is needed: client certificates are shown over TLS' })
  if (config.JWT_JWKS_URL !== '' && !isTrusted(config.JWT_JWKS_URL))
    mistakes.push({ pointer: '/JWT_JWKS_URL', detail: 'must be https, or http on this machine' })
  if (mistakes.length === 0) return
  const lines = mistakes.map(({ pointer, detail }) => `  ${pointer.slice(1)} ${detail}`)
  throw new AppError('configuration', `The identity is not configured whole:\n${lines.join('\n')}`, {
    details: { fields: mistakes },
  })
}

/** Keys that came over a plain connection could be anybody's. */
function isTrusted(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('configuration', `${path} cannot be read.`, { cause })
  }
}
