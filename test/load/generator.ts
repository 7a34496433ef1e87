import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LoadPlan, LoadResult } from './load-plan.js'

/** A load generator in a process of its own. One load at a time. */
export interface Generator {
  run(plan: LoadPlan): Promise<LoadResult>
  close(): void
}

export function startGenerator(): Generator {
  const child = fork(fileURLToPath(new URL('./generator.process.ts', import.meta.url)), {
    serialization: 'advanced',
    execArgv: ['--import', 'tsx'],
  })
  return {
    run: (plan) =>
      new Promise((resolve, reject) => {
        const onExit = (code: number | null): void => reject(new Error(`The load generator ended with ${code}.`))
        child.once('exit', onExit)
        child.once('message', (result) => {
          child.off('exit', onExit)
          resolve(result as LoadResult)
        })
        child.send(plan)
      }),
    close: () => {
      child.disconnect()
    },
  }
}
