import type { FastifyInstance } from 'fastify'

/** Which methods a path takes, asked only when no route has matched. */
export interface RouteTable {
  methodsOf(url: string): readonly string[]
}

/** Must be made before the first route: it listens to their registration. */
export function createRouteTable(app: FastifyInstance): RouteTable {
  const methods = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set<string>()
    for (const name of [method].flat()) known.add(name)
    methods.set(url, known)
  })
  return {
    methodsOf(url) {
      const [path = ''] = url.split('?')
      const found = [...methods].filter(([pattern]) => isMatch(pattern, path))
      return [...new Set(found.flatMap(([, names]) => [...names]))].sort()
    },
  }
}

function isMatch(pattern: string, path: string): boolean {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (pattern.endsWith('/*'))
    return (
      given.length >= wanted.length &&
      isMatch(wanted.slice(0, -1).join('/'), given.slice(0, wanted.length - 1).join('/'))
    )
  return (
    wanted.length === given.length &&
    wanted.every((part, at) => (part.startsWith(':') ? given[at] !== '' : part === given[at]))
  )
}
