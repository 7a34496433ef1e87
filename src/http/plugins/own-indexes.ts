import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.js'
import type { Indexes } from '../../flows/indexes.js'
import { isAllowed } from '../../identity/identity.js'

/** Whose indexes a caller sees: `undefined` stands for everybody's. */
export function visibleOwner({ caller }: FastifyRequest): string | undefined {
  return isAllowed(caller, 'admin') ? undefined : caller.id
}

/** An index is there for its owner and admins alone; whoever else makes one of its name is told that it is taken. */
export function refuseOthersIndexes(scope: FastifyInstance, indexes: Pick<Indexes, 'get'>): void {
  scope.addHook('onRequest', async (request) => {
    const { url = '' } = request.routeOptions
    const owner = visibleOwner(request)
    if (owner === undefined || request.is404 || !/^\/v1\/indexes\/:name(\/|$)/.test(url)) return
    const { name } = request.params as { name: string }
    try {
      if ((await indexes.get(name)).owner === owner) return
    } catch (error) {
      if (request.method === 'PUT' && error instanceof AppError && error.code === 'index_not_found') return
      throw error
    }
    if (request.method === 'PUT')
      throw new AppError('index_conflict', 'The name belongs to the index of somebody else.')
    throw new AppError('index_not_found', 'There is no index of this name.')
  })
}
