import { AppError } from '../errors.js'
import type { Engine, Reader, RunResult } from '../engine/engine.js'
import type { Component } from '../families/component.js'
import type { RunComponent } from '../families/family.js'
import type { RunLoop } from '../families/loop.js'
import type { Demand, Meter } from '../ports.js'
import { sharedInputs, type Graph } from '../store/graph.js'
import type { NamedTensors } from '../tensor/tensor.js'
import type { RowCache } from './row-cache.js'

export interface RunnerDeps {
  readonly engine: Engine
  /** Remembers rows of the components that ask for it; none while goldens run. */
  readonly rows?: RowCache
  readonly meter?: Meter
}

/** A graph that answered, or weights that lie beside it. */
export interface UsedFile {
  readonly role: string
  readonly file: string
  readonly sha256: string
}

/** Runs a model's components for one request and adds up where the time went. */
export interface Runner {
  readonly run: RunComponent
  readonly runAndRead: RunAndRead
  readonly advance: RunLoop
  readonly queueMs: number
  readonly runMs: number
  /** `runMs` by role. */
  readonly runMsOf: Readonly<Record<string, number>>
  /** Of the components that were run so far, in the pack's order; rows that were remembered came from them too. */
  readonly files: readonly UsedFile[]
}

/** A component that reads what another gives. */
export interface RoleReader extends Pick<Reader, 'inputs' | 'outputs'> {
  readonly role: string
}

/**
 * As `RunComponent`, and the reader on what it gave, in one go where a lane can do that. Otherwise there is no `read`, and `given` has
 * what it is to read.
 */
export type RunAndRead = (
  role: string,
  feeds: NamedTensors,
  outputs: readonly string[] | undefined,
  reader: RoleReader,
) => Promise<{ readonly given: NamedTensors; readonly read?: NamedTensors }>

interface RunnableModel {
  readonly id: string
  readonly graphs: Readonly<Record<string, Graph>>
  readonly pack: { readonly manifest: { readonly components: Readonly<Record<string, Component>> } }
}

export function createRunner(model: RunnableModel, demand: Demand, deps: RunnerDeps): Runner {
  const spent = { queueMs: 0, runMs: 0 }
  const runMsOf: Record<string, number> = {}
  const roles = new Set<string>()
  const graphOf = (role: string): Graph => {
    const graph = model.graphs[role]
    if (graph === undefined) throw new AppError('internal', `The pack ${model.id} has no ${role}. This is a bug.`)
    roles.add(role)
    return graph
  }
  const spend = (role: string, { queueMs, runMs }: RunResult): void => {
    spent.queueMs += queueMs
    spent.runMs += runMs
    runMsOf[role] = (runMsOf[role] ?? 0) + runMs
  }
  const advance: RunLoop = async (role, call) => {
    const result = await deps.engine.advance(model.id, graphOf(role), call, demand)
    spend(role, result)
    return result.loop
  }
  const isRemembered = (role: string, graph: Graph): boolean => {
    // What the rows share would have to be part of every row's key; no text tower has such an input.
    const hasOwnRows = graph.rowSymbol !== undefined && sharedInputs(graph).size === 0
    // A remembered row may have been computed in a batch with others, which can move its last bits.
    return model.pack.manifest.components[role]?.remember_rows === true && hasOwnRows && !demand.isDeterministic
  }
  const run: RunComponent = (role, feeds, outputs) => {
    const graph = graphOf(role)
    const inEngine = async (rows: NamedTensors, names: readonly string[]): Promise<NamedTensors> => {
      const result = await deps.engine.run(model.id, graph, rows, demand, names)
      spend(role, result)
      return result.outputs
    }
    const wanted = outputs ?? graph.outputs.map((output) => output.name)
    if (deps.rows === undefined || !isRemembered(role, graph)) return inEngine(feeds, wanted)
    return deps.rows.run(graph, feeds, wanted, inEngine, (counts) => {
      deps.meter?.count('radserve_text_rows_total', { outcome: 'remembered' }, counts.hits)
      deps.meter?.count('radserve_text_rows_total', { outcome: 'run' }, counts.misses)
    })
  }
  const runAndRead: RunAndRead = async (role, feeds, outputs, { role: readerRole, ...names }) => {
    const graph = graphOf(role)
    if (deps.rows !== undefined && isRemembered(role, graph)) {
      return { given: await run(role, feeds, outputs && [...new Set([...outputs, ...Object.values(names.inputs)])]) }
    }
    const reader = { graph: graphOf(readerRole), ...names }
    const result = await deps.engine.run(model.id, graph, feeds, demand, outputs, reader)
    spend(role, result)
    return { given: result.outputs, ...(result.read && { read: result.read }) }
  }
  return {
    run,
    runAndRead,
    advance,
    runMsOf,
    get files() {
      return filesOf(model.pack.manifest.components, roles)
    },
    get queueMs() {
      return spent.queueMs
    },
    get runMs() {
      return spent.runMs
    },
  }
}

function filesOf(components: Readonly<Record<string, Component>>, roles: ReadonlySet<string>): UsedFile[] {
  return Object.entries(components).flatMap(([role, component]) =>
    roles.has(role)
      ? [component, ...(component.external_data ?? [])].map(({ file, sha256 }) => ({ role, file, sha256 }))
      : [],
  )
}
