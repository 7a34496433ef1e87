import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a process is started with that runs a pack's graphs without the service. */
export interface RawPackOrder {
  readonly packFolder: string
  readonly threads: number
  readonly canSpin: boolean
}

/** A process that has the graphs loaded and is idle until it is asked. */
export interface RawPack<Ask, Times> {
  readonly name: string
  measure(ask: Ask): Promise<Times>
  close(): void
}

/** `program`: a file beside this one, which answers each ask with its times. */
export async function startRawPack<Ask extends object, Times>(
  program: string,
  order: RawPackOrder,
): Promise<RawPack<Ask, Times>> {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), [JSON.stringify(order)], {
    execArgv: ['--import', 'tsx'],
  })
  await once(child, 'message')
  return {
    name: `${order.threads} threads, ${order.canSpin ? 'spinning' : 'no spinning'}`,
    async measure(ask) {
      child.send(ask)
      const [times] = (await once(child, 'message')) as [Times]
      return times
    },
    close: () => {
      child.disconnect()
    },
  }
}
