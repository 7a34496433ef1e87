import { TLSSocket, type DetailedPeerCertificate } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../errors.js'
import type { Credentials, VerifiedCertificate } from '../identity/identity.js'

const BEARER = /^bearer +([\x21-\x7e]+) *$/i

/** What a request shows of who sent it. Throws `unauthenticated` for what cannot be read as a credential. */
export function credentialsOf(request: FastifyRequest): Credentials {
  const secret = secretOf(request)
  const { socket } = request.raw
  const certificate = socket instanceof TLSSocket ? certificateOf(socket) : undefined
  return { ...(secret !== undefined && { secret }), ...(certificate !== undefined && { certificate }) }
}

function secretOf({ headers }: FastifyRequest): string | undefined {
  const { authorization } = headers
  if (authorization !== undefined) {
    const secret = BEARER.exec(authorization)?.[1]
    if (secret === undefined) throw new AppError('unauthenticated', 'The header authorization holds no bearer token.')
    return secret
  }
  const key = headers['x-api-key']
  return typeof key === 'string' ? key : undefined
}

const known = new WeakMap<TLSSocket, VerifiedCertificate | 'none'>()

function certificateOf(socket: TLSSocket): VerifiedCertificate | undefined {
  let found = known.get(socket)
  if (found === undefined) known.set(socket, (found = readCertificate(socket)))
  return found === 'none' ? undefined : found
}

function readCertificate(socket: TLSSocket): VerifiedCertificate | 'none' {
  const shown = socket.getPeerCertificate() as Partial<DetailedPeerCertificate>
  if (shown.subject === undefined || shown.fingerprint256 === undefined) return 'none'
  if (!socket.authorized)
    throw new AppError('unauthenticated', 'The certificate is of no authority that is known here.')
  return {
    subject: { ...shown.subject } as unknown as VerifiedCertificate['subject'],
    sha256: shown.fingerprint256.replaceAll(':', '').toLowerCase(),
  }
}
