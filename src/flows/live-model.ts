import { AppError } from '../errors.js'
import type { Engine } from '../engine/engine.js'
import { checkDiffusionGoldens } from '../families/diffusion/check-goldens.js'
import type { DiffusionModel } from '../families/diffusion/model.js'
import { checkGoldens, goldenImages } from '../families/dual-encoder/check-goldens.js'
import type { DualEncoderModel } from '../families/dual-encoder/model.js'
import { checkReportGoldens, reportGoldenImages } from '../families/report/check-goldens.js'
import { dualSpecOf, type ReportModel } from '../families/report/model.js'
import type { ReportSpec } from '../families/report/spec.js'
import type { RunComponent } from '../families/family.js'
import type { FamilyModel } from '../families/index.js'
import { checkSegmentationGoldens, segmentationGoldenImages } from '../families/segmentation/check-goldens.js'
import type { SegmentationModel } from '../families/segmentation/model.js'
import type { ImagePool, PreparedImage } from '../imaging/image-pool.js'
import type { ImageSpec } from '../imaging/steps.js'
import type { Demand } from '../ports.js'
import type { Graph } from '../store/graph.js'
import {
  packGraphs,
  packId,
  readPackFile,
  verifyGraph,
  verifyOtherFiles,
  verifyPack,
  type Pack,
} from '../store/pack.js'
import type { TextSpec } from '../text/spec.js'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.js'
import { createVocabulary } from '../text/vocabulary.js'
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
  readonly opened: FamilyModel
}

/** Throws `task_not_supported` for a pack of another family: its manifest named a task that it cannot do. */
export function dualEncoderOf({ id, opened }: LiveModel): DualEncoderModel {
  if (opened.family === 'dual-encoder') return opened.model
  if (opened.family === 'report' && opened.model.dual !== undefined) return opened.model.dual
  throw otherFamily(id)
}

/** As `dualEncoderOf`. */
export function segmentationOf({ id, opened }: LiveModel): SegmentationModel {
  if (opened.family === 'segmentation') return opened.model
  throw otherFamily(id)
}

/** As `dualEncoderOf`. */
export function diffusionOf({ id, opened }: LiveModel): DiffusionModel {
  if (opened.family === 'diffusion') return opened.model
  throw otherFamily(id)
}

/** As `dualEncoderOf`. */
export function reportOf({ id, opened }: LiveModel): ReportModel {
  if (opened.family === 'report') return opened.model
  throw otherFamily(id)
}

function otherFamily(id: string): AppError {
  return new AppError('task_not_supported', `The model ${id} is of a family that does not do this.`)
}

export interface OpenModelDeps {
  readonly engine: Engine
  readonly images: ImagePool
  readonly maxTextCharacters: number
  readonly verifyGoldens: boolean
  /** Digests of packs whose goldens have come out in this process: packs never change, so they are not run again. */
  readonly proven: Set<string>
  /** Aborts when the service closes. */
  readonly signal: AbortSignal
}

/** Throws `model_invalid` with the reason when a digest or a golden differs, and whatever the engine throws. */
export async function openModel(pack: Pack, isPinned: boolean, deps: OpenModelDeps): Promise<LiveModel> {
  await verifyOtherFiles(pack, deps.signal)
  const model = await describeModel(pack, deps)
  await loadGraphs(model, isPinned, deps)
  try {
    if (deps.verifyGoldens && !deps.proven.has(pack.digest)) await runGoldens(model, deps)
    deps.proven.add(pack.digest)
  } catch (error) {
    await deps.engine.unload(model.id)
    throw error
  }
  return model
}

/** A pack with its digests checked, before its graphs are in any lane. Throws `model_invalid`. */
export async function readModel(pack: Pack, deps: OpenModelDeps): Promise<LiveModel> {
  await verifyPack(pack, deps.signal)
  return describeModel(pack, deps)
}

/** No graph is in a lane before its bytes were verified; the next one is hashed while one is loaded. */
async function loadGraphs({ id, pack, graphs }: LiveModel, pin: boolean, { engine, signal }: OpenModelDeps) {
  const ended = new AbortController()
  const verified = verifyAhead(pack, Object.keys(graphs), AbortSignal.any([signal, ended.signal]))
  try {
    await engine.load(id, Object.values(graphs), { pin, signal, whenVerified: verified })
  } finally {
    ended.abort()
  }
}

/** Each call waits for the graph of the next role, and begins to hash the one behind it. */
function verifyAhead(pack: Pack, roles: readonly string[], signal: AbortSignal): () => Promise<void> {
  const begin = (at: number): Promise<void> => {
    const role = roles[at]
    const work = role === undefined ? Promise.resolve() : verifyGraph(pack, role, signal)
    // Told in its turn, if that comes.
    work.catch(() => undefined)
    return work
  }
  let at = 0
  let next = begin(at)
  return async () => {
    await next
    next = begin(++at)
  }
}

async function describeModel(pack: Pack, deps: OpenModelDeps): Promise<LiveModel> {
  const { manifest, digest } = pack
  return {
    id: packId(pack),
    identity: { name: manifest.name, version: manifest.version, digest },
    pack,
    graphs: packGraphs(pack),
    opened: await openFamily(pack, deps.maxTextCharacters),
  }
}

async function openFamily(pack: Pack, maxTextCharacters: number): Promise<FamilyModel> {
  const { family, components } = pack.manifest
  // The manifest was validated against its family's sections when it was read.
  if (family === 'report') {
    const model = await openReport(pack, pack.manifest as unknown as ReportSpec, maxTextCharacters)
    return { family, model }
  }
  const spec = pack.manifest as unknown as Exclude<FamilyModel, { family: 'report' }>['model']['spec']
  const tokenizer = spec.text && (await openText(pack, spec.text, maxTextCharacters))
  return { family, model: { spec, components, ...(tokenizer && { tokenizer }) } } as FamilyModel
}

async function openReport(pack: Pack, spec: ReportSpec, maxTextCharacters: number): Promise<ReportModel> {
  const { components } = pack.manifest
  const { tokenizer: file, bos, eos, pad, unk } = spec.generation
  const control = [bos, eos, pad, ...(unk === undefined ? [] : [unk])]
  const vocabulary = createVocabulary(await readJson(pack, file.file), control)
  const dual = dualSpecOf(spec)
  if (dual === undefined) return { spec, components, vocabulary }
  const tokenizer = await openText(pack, dual.text, maxTextCharacters)
  return { spec, components, vocabulary, dual: { spec: dual, components, tokenizer } }
}

async function openText(pack: Pack, text: TextSpec, maxTextCharacters: number): Promise<Tokenizer> {
  return createTokenizer(await readJson(pack, text.tokenizer), text, { maxTextCharacters })
}

async function readJson(pack: Pack, file: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await readPackFile(pack, file)))
}

async function runGoldens(live: LiveModel, deps: OpenModelDeps): Promise<void> {
  const demand: Demand = { priority: 'routine', signal: deps.signal, isDeterministic: false }
  const faults = await goldenFaults(live, createRunner(live, demand, { engine: deps.engine }).run, deps)
  if (faults.length > 0)
    throw new AppError('model_invalid', `The pack's goldens do not come out: ${faults.slice(0, 3).join(' ')}`)
}

/** Runs the pack's goldens: one sentence for each that does not come out. */
export async function goldenFaults(
  { pack, opened }: LiveModel,
  run: RunComponent,
  deps: OpenModelDeps,
): Promise<string[]> {
  const prepare = async (files: readonly string[], spec: ImageSpec): Promise<Record<string, PreparedImage>> => {
    const images: Record<string, PreparedImage> = {}
    for (const file of files) {
      images[file] = await deps.images.prepare(await readPackFile(pack, file), spec, deps.signal)
    }
    return images
  }
  switch (opened.family) {
    case 'dual-encoder': {
      const { model } = opened
      return checkGoldens({ images: await prepare(goldenImages(model.spec), model.spec.image), run, model })
    }
    case 'segmentation': {
      const { model } = opened
      const images = await prepare(segmentationGoldenImages(model.spec), model.spec.image)
      return checkSegmentationGoldens({ images, run, model })
    }
    case 'diffusion':
      return checkDiffusionGoldens({ run, model: opened.model })
    case 'report': {
      const { model } = opened
      return checkReportGoldens({ images: await prepare(reportGoldenImages(model), model.spec.image), run, model })
    }
  }
}
