import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { hostname } from 'node:os'
import type { Config } from '../config.js'
import { AppError } from '../errors.js'
import type { Clock, Log, Meter } from '../ports.js'
import { openAudit, type KeptAuditTrail } from '../observability/audit/trail.js'
import { silentAudit } from '../ports.js'
import { hasIdentity } from './identity.js'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** Nobody but this machine reaches it. A name other than `localhost` may be any address. */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return LOOPBACK.check(host, 'ipv4')
  if (isIPv6(host)) return LOOPBACK.check(host, 'ipv6')
  return host === 'localhost'
}

/**
 * Refuses to serve strangers: throws `configuration` where others can reach the address and nothing says who may ask, unless
 * that is what the configuration wants.
 */
export function checkExposure(config: Config, log: Log): void {
  if (hasIdentity(config) || isLoopback(config.HOST)) return
  if (config.ALLOW_ANONYMOUS) {
    log.warn(
      { host: config.HOST },
      'ALLOW_ANONYMOUS: EVERYONE who reaches this address may use and control the service, and no entry says who it was',
    )
    return
  }
  throw new AppError(
    'configuration',
    `HOST=${config.HOST} can be reached by others, and no identity is configured, so the service does not start.\n` +
      '  Make a key:   radserve keys create NAME --scopes embeddings,jobs   with API_KEYS_FILE set (docs/security.md),\n' +
      '  or configure JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS_URL, or TLS_CLIENT_CA_FILE and CLIENT_CERTIFICATES_FILE,\n' +
      '  or listen on 127.0.0.1, or say ALLOW_ANONYMOUS=true where something in front of it asks who is there.',
  )
}

/** The audit log of the service, or of a command that changes what callers may do. */
export function openAuditOf(
  config: Config,
  deps: { readonly log: Log; readonly meter: Meter; readonly clock: Clock },
): Promise<KeptAuditTrail> {
  const isOn = config.AUDIT === 'on' || (config.AUDIT === 'auto' && (hasIdentity(config) || !isLoopback(config.HOST)))
  if (!isOn) return Promise.resolve(NO_AUDIT)
  return openAudit({
    dataDir: config.DATA_DIR,
    name: config.AUDIT_CHAIN || hostname().replace(/[^A-Za-z0-9._-]/g, '-') || 'host',
    refuses: config.AUDIT_FAILURE === 'refuse',
    segmentBytes: config.AUDIT_SEGMENT_BYTES,
    retentionMs: config.AUDIT_RETENTION_MS,
    ...deps,
  })
}

const NO_AUDIT: KeptAuditTrail = { ...silentAudit, flush: () => Promise.resolve(), close: () => Promise.resolve() }
