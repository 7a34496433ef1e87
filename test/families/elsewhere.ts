/** A loop whose steps are taken where only plain data comes, as a lane does it, but in this process. */
import type { RunComponent } from '../../src/families/family.js'
import type { RunLoop } from '../../src/families/loop.js'
import { createLoop } from '../../src/families/loops.js'
import type { NamedTensors } from '../../src/tensor/tensor.js'

/** As many steps at a time as `stepsAtATime`, fewer where the loop cannot go on by itself or needs other constants. */
export function elsewhere(run: RunComponent, stepsAtATime: number): RunLoop {
  return async (role, { loop, order, constants, outputs, resume }) => {
    const far = createLoop(structuredClone(order), structuredClone(loop.state))
    let feeds = far.feeds()
    const rows = rowsOf(feeds)
    for (let step = 0; step < stepsAtATime && rowsOf(feeds) === rows; step++) {
      far.accept(await run(role, { ...constants, ...feeds }, outputs))
      if (!far.canStep) break
      feeds = far.feeds()
    }
    return resume(structuredClone(far.state) as typeof loop.state)
  }
}

function rowsOf(feeds: NamedTensors): number {
  return Math.max(...Object.values(feeds).map(({ dims }) => dims[0] ?? 1))
}
