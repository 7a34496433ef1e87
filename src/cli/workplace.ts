import { createService, openStore, type Service, type StoreRoom } from '../app.js'
import { loadProcessConfig, type Config } from '../config.js'
import { addPack } from '../store/add.js'
import { packId, type Pack } from '../store/pack.js'

/** What a command on the model store works with. */
export interface Workplace extends StoreRoom {
  readonly config: Config
}

/** The configured store, to be worked on by whoever started this process: nothing is loaded, nothing is written down. */
export function openWorkplace(): Workplace {
  const config = { ...loadProcessConfig(), DEFAULT_MODELS: '', LOG_LEVEL: 'silent', AUDIT: 'off' } as const
  return { config, ...openStore(config) }
}

export const print = (line: string): boolean => process.stdout.write(`${line}\n`)

/** Lanes are started only for what has to run a model. */
export async function withService<T>(config: Config, act: (service: Service) => Promise<T>): Promise<T> {
  const service = await createService(config)
  try {
    return await act(service)
  } finally {
    await service.close()
  }
}

/** Adds a pack from `source`, goldens and all, and says so. Throws what `addPack` throws. */
export async function addFolder({ store, readManifest }: Workplace, service: Service, source: string): Promise<number> {
  const check = (pack: Pack) => service.check(pack)
  const pack = await addPack(source, { root: store.root, readManifest, check, signal: service.signal })
  print(`added ${packId(pack)}  ${pack.digest}`)
  return 0
}
