/** Runs of one component that follow each other: a picture step by step, a text token by token. */
import type { NamedTensors } from '../tensor/tensor.js'
import type { RunComponent } from './family.js'

/**
 * A loop under way. Whoever holds it takes a step by running the component on `feeds` and handing over what came; where that
 * happens makes no difference, so a lane may take some of the steps by itself.
 */
export interface Loop<State> {
  readonly isOver: boolean
  /** False when it is over, and where its next step needs what only its maker has. */
  readonly canStep: boolean
  /** Of the next run, without what every run is fed alike. Not to be changed before `accept`. */
  feeds(): NamedTensors
  /** Throws `model_output_invalid`. */
  accept(outputs: NamedTensors): void
  /** Plain data that can cross to another process, from which an equal loop can be made; of no use once this one goes on. */
  readonly state: State
}

/** How a loop is made where only plain data comes: `loops.ts` has the kinds. */
export interface LoopOrder {
  readonly kind: string
  readonly setup: unknown
}

/** Some steps that are asked for. */
export interface LoopCall<State, Own extends Loop<State>> {
  readonly loop: Own
  readonly order: LoopOrder
  /** What every run is fed beside the loop's own feeds. */
  readonly constants: NamedTensors
  /** Names of the outputs that `accept` reads. */
  readonly outputs: readonly string[]
  /** Steps that take longer together are not taken in one go: somebody waits for what each comes to. */
  readonly toldEveryMs: number | undefined
  /** The loop as it is after steps that were taken elsewhere. */
  resume(state: State): Own
}

/**
 * Takes at least one step of a loop that is not over, and gives the loop to go on with. How many steps it takes depends on who
 * else waits; what comes of them does not. Throws as `RunComponent`.
 */
export type RunLoop = <State, Own extends Loop<State>>(role: string, call: LoopCall<State, Own>) => Promise<Own>

/** Every step a run of its own. */
export function stepByStep(run: RunComponent): RunLoop {
  return async (role, { loop, constants, outputs }) => {
    loop.accept(await run(role, { ...constants, ...loop.feeds() }, outputs))
    return loop
  }
}
