import { AppError } from '../errors.js'
import type { Engine } from '../engine/engine.js'
import { checkGoldens, goldenImages } from '../families/dual-encoder/check-goldens.js'
import type { DualEncoderModel } from '../families/dual-encoder/model.js'
import type { DualEncoderSpec } from '../families/dual-encoder/spec.js'
import type { ImagePool, PreparedImage } from '../imaging/image-pool.js'
import type { Demand } from '../ports.js'
import type { Graph } from '../store/graph.js'
import { packGraphs, packId, readPackFile, verifyPack, type Pack } from '../store/pack.js'
import { createTokenizer } from '../text/tokenizer.js'
import type { ModelIdentity } from './answer.js'
import { createRunner } from './runner.js'

/** A pack whose files are verified, whose graphs are in the lanes and whose goldens came out. */
export interface LiveModel {
  /** `name@version`. */
  readonly id: string
  readonly identity: ModelIdentity
  readonly pack: Pack
  /** By role. */
  readonly graphs: Readonly<Record<string, Graph>>
  readonly dualEncoder: DualEncoderModel
}

export interface OpenModelDeps {
  readonly engine: Engine
  readonly images: ImagePool
  readonly maxTextCharacters: number
  readonly verifyGoldens: boolean
  /** Aborts when the service closes. */
  readonly signal: AbortSignal
}

/** Throws `model_invalid` with the reason when a digest or a golden differs, and whatever the engine throws. */
export async function openModel(pack: Pack, isPinned: boolean, deps: OpenModelDeps): Promise<LiveModel> {
  await verifyPack(pack, deps.signal)
  const { manifest, digest } = pack
  const model: LiveModel = {
    id: packId(pack),
    identity: { name: manifest.name, version: manifest.version, digest },
    pack,
    graphs: packGraphs(pack),
    dualEncoder: await openDualEncoder(pack, deps.maxTextCharacters),
  }
  await deps.engine.load(model.id, Object.values(model.graphs), { pin: isPinned, signal: deps.signal })
  try {
    if (deps.verifyGoldens) await runGoldens(model, deps)
  } catch (error) {
    await deps.engine.unload(model.id)
    throw error
  }
  return model
}

async function openDualEncoder(pack: Pack, maxTextCharacters: number): Promise<DualEncoderModel> {
  // The manifest was validated against the family's sections when it was read.
  const spec = pack.manifest as unknown as DualEncoderSpec
  const bytes = await readPackFile(pack, spec.text.tokenizer)
  const tokenizer = createTokenizer(JSON.parse(new TextDecoder().decode(bytes)), spec.text, { maxTextCharacters })
  return { spec, components: pack.manifest.components, tokenizer }
}

async function runGoldens(model: LiveModel, deps: OpenModelDeps): Promise<void> {
  const { spec } = model.dualEncoder
  const demand: Demand = { priority: 'routine', signal: deps.signal, isDeterministic: false }
  const images: Record<string, PreparedImage> = {}
  for (const file of goldenImages(spec)) {
    images[file] = await deps.images.prepare(await readPackFile(model.pack, file), spec.image, deps.signal)
  }
  const runner = createRunner(model, demand, { engine: deps.engine })
  const faults = await checkGoldens({ images, model: model.dualEncoder, run: runner.run })
  if (faults.length > 0)
    throw new AppError('model_invalid', `The pack's goldens do not come out: ${faults.slice(0, 3).join(' ')}`)
}
