import { createService, type Service, type StoreRoom } from '../app.js'
import type { Config } from '../config.js'
import { AppError } from '../errors.js'
import { addPack } from '../store/add.js'
import { packId, type Pack } from '../store/pack.js'

/** What a command on the model store works with. */
export interface Workplace extends StoreRoom {
  readonly config: Config
}

/** One command; gives the exit code. */
export type Action = (workplace: Workplace, args: readonly string[]) => Promise<number>

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

/** Throws `invalid_option` with the command's usage when the argument is missing. */
export function required(argument: string | undefined, usage: string): string {
  if (argument === undefined) throw new AppError('invalid_option', `Usage: radserve models ${usage}`)
  return argument
}
