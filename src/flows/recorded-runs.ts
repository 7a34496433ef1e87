import { createRunner } from './runner.js'
import { goldenFaults, readModel, type LiveModel, type OpenModelDeps } from './live-model.js'
import type { RunComponent } from '../families/family.js'
import type { ImageSpec } from '../imaging/steps.js'
import type { Demand } from '../ports.js'
import type { Pack } from '../store/pack.js'
import type { NamedTensors } from '../tensor/tensor.js'

/** Of each component; a report's decoder runs hundreds of times. */
const MAX_RUNS_OF_A_ROLE = 24

/** What one component was fed in one run. */
export interface RecordedRun {
  readonly role: string
  readonly feeds: NamedTensors
}

/**
 * What a pack's components are fed while its goldens run, and after them what each of `films` (files of images) makes of
 * its first component that takes pixels. Throws `model_invalid`, what decoding a film throws, and what the engine throws.
 */
export async function recordRuns(
  pack: Pack,
  films: readonly Uint8Array[],
  deps: OpenModelDeps,
): Promise<RecordedRun[]> {
  const live = await readModel(pack, deps)
  await deps.engine.load(live.id, Object.values(live.graphs), { pin: false, signal: deps.signal })
  try {
    const recorder = createRecorder(live, deps)
    await goldenFaults(live, recorder.run, deps)
    const calibration = await filmRuns(live, films, deps)
    return [...recorder.runs, ...calibration]
  } finally {
    await deps.engine.unload(live.id)
  }
}

function createRecorder(live: LiveModel, deps: OpenModelDeps): { run: RunComponent; runs: RecordedRun[] } {
  const demand: Demand = { priority: 'routine', signal: deps.signal, isDeterministic: true }
  const runner = createRunner(live, demand, { engine: deps.engine })
  const runs: RecordedRun[] = []
  return {
    runs,
    run: (role, feeds, outputs) => {
      if (runs.filter((run) => run.role === role).length < MAX_RUNS_OF_A_ROLE) runs.push({ role, feeds })
      return runner.run(role, feeds, outputs)
    },
  }
}

async function filmRuns(
  { pack }: LiveModel,
  films: readonly Uint8Array[],
  { images, signal }: OpenModelDeps,
): Promise<RecordedRun[]> {
  const entry = Object.entries(pack.manifest.components)
    .flatMap(([role, { inputs }]) =>
      inputs.length === 1 && inputs[0]!.kind === 'pixels' ? [{ role, input: inputs[0]! }] : [],
    )
    .at(0)
  const spec = pack.manifest['image'] as ImageSpec | undefined
  if (entry === undefined || spec === undefined) return []
  const runs: RecordedRun[] = []
  for (const film of films) {
    const { pixels } = await images.prepare(film, spec, signal)
    runs.push({ role: entry.role, feeds: { [entry.input.name]: pixels } })
  }
  return runs
}
