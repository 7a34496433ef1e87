import type { Scope } from '../identity/identity.js'

/** What a route asks of whoever calls it: nothing, that it is known, or that it is allowed something. */
export type Access = 'open' | 'known' | Scope

/** Every route by method and pattern: the one place that says who may call what. */
const ACCESS: Readonly<Record<string, Access>> = {
  'GET /': 'open',
  'GET /index.html': 'open',
  'GET /health/live': 'open',
  'GET /health/ready': 'open',
  'GET /v2/health/live': 'open',
  'GET /v2/health/ready': 'open',
  'GET /openapi.json': 'known',
  'GET /metrics': 'metrics',
  'POST /v1/embeddings': 'embeddings',
  'POST /v1/similarities': 'similarities',
  'POST /v1/classifications': 'classifications',
  'POST /v1/segmentations': 'segmentations',
  'POST /v1/reports': 'reports',
  'POST /v1/images/prepared': 'embeddings',
  'POST /v1/images/generations': 'generations',
  'POST /v1/images/edits': 'generations',
  'GET /v1/indexes': 'indexes:read',
  'GET /v1/indexes/:name': 'indexes:read',
  'PUT /v1/indexes/:name': 'indexes:write',
  'DELETE /v1/indexes/:name': 'indexes:write',
  'POST /v1/indexes/:name/search': 'indexes:read',
  'POST /v1/indexes/:name/items': 'indexes:write',
  'GET /v1/indexes/:name/items': 'indexes:read',
  'GET /v1/indexes/:name/items/:id': 'indexes:read',
  'DELETE /v1/indexes/:name/items/:id': 'indexes:write',
  'GET /v1/models': 'models:read',
  'GET /v1/models/:name': 'models:read',
  'GET /v1/models/:name/card': 'models:read',
  'GET /v1/models/:name/versions/:version': 'models:read',
  'POST /v1/models/:name/load': 'models:write',
  'POST /v1/models/:name/unload': 'models:write',
  'GET /v1/jobs': 'jobs',
  'GET /v1/jobs/:id': 'jobs',
  'DELETE /v1/jobs/:id': 'jobs',
  'GET /v1/jobs/:id/result': 'jobs',
  'GET /v1/jobs/:id/events': 'jobs',
  'POST /dicomweb/studies': 'films',
  'POST /dicomweb/studies/:study': 'films',
  'GET /v1/studies': 'results',
  'GET /v1/studies/:id': 'results',
  'POST /v1/studies/:id/retry': 'results',
  'GET /v1/studies/:id/tasks/:task/result': 'results',
  'GET /v1/deliveries': 'results',
  'GET /v1/deliveries/:id': 'results',
  'DELETE /v1/deliveries/:id': 'results',
  'POST /v1/deliveries/:id/replay': 'results',
  'GET /v2': 'models:read',
  'GET /v2/models': 'models:read',
  'GET /v2/models/stats': 'models:read',
  'POST /v2/repository/index': 'models:read',
  'POST /v2/repository/models/:model/load': 'models:write',
  'POST /v2/repository/models/:model/unload': 'models:write',
  ...accessOfGraph('/v2/models/:model'),
  ...accessOfGraph('/v2/models/:model/versions/:version'),
}

function accessOfGraph(path: string): Record<string, Access> {
  return {
    [`GET ${path}`]: 'models:read',
    [`GET ${path}/ready`]: 'models:read',
    [`GET ${path}/config`]: 'models:read',
    [`GET ${path}/stats`]: 'models:read',
    [`POST ${path}/infer`]: 'infer',
  }
}

/** A route that nobody has put into the table is the administrator's. */
const UNLISTED: Access = 'admin'

export function accessOf(method: string, pattern: string): Access {
  const path = pattern.length > 1 && pattern.endsWith('/') ? pattern.slice(0, -1) : pattern
  if (method !== 'POST' && path.startsWith('/page/')) return 'open'
  if (path === '/docs' || path.startsWith('/docs/')) return 'known'
  return ACCESS[`${method === 'HEAD' ? 'GET' : method} ${path}`] ?? UNLISTED
}

export function isListed(method: string, pattern: string): boolean {
  return accessOf(method, pattern) !== UNLISTED
}
