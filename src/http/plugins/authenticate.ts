import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.js'
import { ANONYMOUS, isAllowed, type Caller, type Identity } from '../../identity/identity.js'
import { credentialsOf } from '../credentials.js'
import { innerRequest } from '../inner-request.js'
import type { HttpOptions } from '../options.js'
import { accessOf, type Access } from '../scope-table.js'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
  }
  interface FastifyContextConfig {
    /** What the route asks of its caller; from the scope table, never set by a route. */
    access?: Access
  }
}

const REALM = 'Bearer realm="radserve"'

/** Must be added before the first route: it writes down what each asks of its caller. */
export function addAuthentication(
  app: FastifyInstance,
  identity: Identity,
  options: Pick<HttpOptions, 'publicDocs' | 'publicMetrics'>,
): void {
  // Set in the hook below, so nobody sees it empty; a decorator must not be an object.
  app.decorateRequest('caller', null as unknown as Caller)
  app.addHook('onRoute', (route) => {
    const access = accessOf([route.method].flat()[0] ?? '', route.url)
    route.config = { ...route.config, access: accessOfUser(access, options) }
  })
  app.addHook('onRequest', (request, reply, done) => {
    const { access = 'open' } = request.routeOptions.config
    request.caller = ANONYMOUS
    if (identity.isOpen || access === 'open' || request.is404) {
      done()
      return
    }
    const inner = innerRequest()
    if (inner !== undefined) {
      // What it may do was asked when the job was submitted.
      request.caller = { kind: 'anonymous', id: inner.job.owner, scopes: new Set([access]) }
      done()
      return
    }
    request.caller = NOBODY
    authorize(request, reply, { identity, access }).then(() => done(), done)
  })
}

/** Somebody who has not been asked yet. */
const NOBODY: Caller = { kind: 'anonymous', id: 'anonymous', scopes: new Set() }

function accessOfUser(
  access: Access,
  { publicDocs, publicMetrics }: Pick<HttpOptions, 'publicDocs' | 'publicMetrics'>,
) {
  const isPublic = (access === 'known' && publicDocs) || (access === 'metrics' && publicMetrics)
  return isPublic ? 'open' : access
}

async function authorize(
  request: FastifyRequest,
  reply: FastifyReply,
  { identity, access }: { identity: Identity; access: Exclude<Access, 'open'> },
): Promise<void> {
  try {
    request.caller = await identity.authenticate(credentialsOf(request))
  } catch (error) {
    if (error instanceof AppError && error.code === 'unauthenticated') {
      const isGiven = request.headers.authorization !== undefined || request.headers['x-api-key'] !== undefined
      void reply.header('www-authenticate', isGiven ? `${REALM}, error="invalid_token"` : REALM)
    }
    throw error
  }
  if (access === 'known' || isAllowed(request.caller, access)) return
  void reply.header('www-authenticate', `${REALM}, error="insufficient_scope", scope="${access}"`)
  throw new AppError('forbidden', `This needs the scope ${access}.`, { details: { scope: access } })
}
