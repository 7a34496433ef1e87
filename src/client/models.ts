import type { ModelCard } from './contract.js'
import type { Request } from './request.js'
import type { CallOptions } from './transport.js'

/** The packs of the service. A name is `name` or `name@version`. */
export interface Models {
  list(options?: CallOptions): Promise<readonly ModelCard[]>
  get(name: string, options?: CallOptions): Promise<ModelCard>
  /** Takes the scope `models:write`, as does `unload`. */
  load(name: string, options?: CallOptions): Promise<ModelCard>
  unload(name: string, options?: CallOptions): Promise<ModelCard>
}

export function createModels(request: Request): Models {
  return {
    list: async (options) => (await request('get', '/v1/models', {}, options)).data,
    get: (name, options) => request('get', '/v1/models/{name}', { path: { name } }, options),
    load: (name, options) => request('post', '/v1/models/{name}/load', { path: { name } }, options),
    unload: (name, options) => request('post', '/v1/models/{name}/unload', { path: { name } }, options),
  }
}
