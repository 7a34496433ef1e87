import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface RawGenerationOrder {
  readonly packFolder: string
  readonly threads: number
  readonly canSpin: boolean
}

export interface RawGenerationAsk {
  /** Of the text and of each denoiser run: two for one guided image. */
  readonly rows: number
  readonly steps: number
  readonly width: number
  readonly height: number
}

export interface RawGenerationTimes {
  readonly totalMs: number
  readonly textMs: number
  /** Of one denoiser run, on average. */
  readonly stepMs: number
}

/** A process that has the graphs loaded and is idle until it is asked. */
export interface RawGeneration {
  readonly name: string
  measure(ask: RawGenerationAsk): Promise<RawGenerationTimes>
  close(): void
}

export async function startRawGeneration(order: RawGenerationOrder): Promise<RawGeneration> {
  const child = fork(fileURLToPath(new URL('./generation-raw.process.ts', import.meta.url)), [JSON.stringify(order)], {
    execArgv: ['--import', 'tsx'],
  })
  await once(child, 'message')
  return {
    name: `${order.threads} threads, ${order.canSpin ? 'spinning' : 'no spinning'}`,
    async measure(ask) {
      child.send(ask)
      const [times] = (await once(child, 'message')) as [RawGenerationTimes]
      return times
    },
    close: () => {
      child.disconnect()
    },
  }
}
