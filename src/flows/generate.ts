import { generate, readsNegative, type CallProgress } from '../families/diffusion/generate.js'
import type { DiffusionModel } from '../families/diffusion/model.js'
import { fillOptions, type FilledGeneration } from '../families/diffusion/options.js'
import { renderPrompt } from '../families/diffusion/prompt.js'
import { sizeRule } from '../families/diffusion/sizes.js'
import { preparePrompt, type PreparedPrompt, type PromptRead } from '../families/diffusion/texts.js'
import type { ComposedImage } from '../imaging/synthesis/compose.js'
import type { EditSource } from '../imaging/synthesis/edit-source.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Clock, Demand } from '../ports.js'
import { startTimings, type Answer } from './answer.js'
import { drawSeed } from './draw-seed.js'
import type { EditReport, EditsRequest, GenerationsRequest, GenerationsResult } from './generation.js'
import { diffusionOf, type LiveModel } from './live-model.js'
import type { PredictDeps } from './predict.js'
import { createRunner } from './runner.js'
import { observeStages } from './stages.js'
import { withModel } from './with-model.js'

export type * from './generation.js'

/** What `Predict` has for the tasks `generations` and `edits`. */
export interface Generate {
  generations(request: GenerationsRequest): Promise<Answer<GenerationsResult>>
  edits(request: EditsRequest): Promise<Answer<GenerationsResult>>
}

export function createGenerate(deps: PredictDeps): Generate {
  return {
    generations: (request) =>
      withModel(deps, request, 'generations', (live, demand) => perform(deps, { request, live, demand })),
    edits: (request) =>
      withModel(deps, request, 'edits', (live, demand) => perform(deps, { request, edit: request, live, demand })),
  }
}

interface Errand {
  readonly request: GenerationsRequest
  /** The same request, where it is an edit. */
  readonly edit?: EditsRequest
  readonly live: LiveModel
  readonly demand: Demand
}

async function perform(deps: PredictDeps, errand: Errand): Promise<Answer<GenerationsResult>> {
  const { request, edit, live, demand } = errand
  const { clock } = deps
  const timings = startTimings()
  const prepareStart = clock.nowMs()
  const model = diffusionOf(live)
  const asked = optionsOf(model, errand)
  const { prompt, negative } = promptsOf(model, request, asked)
  timings.prepareMs = clock.nowMs() - prepareStart
  const source = edit && (await readSource(deps, model, { edit, options: asked, demand }))
  const unfit = source && deps.gate.check([source], { spec: {} })
  timings.decodeMs = source?.timings.decodeMs ?? 0
  timings.prepareMs += source?.timings.prepareMs ?? 0
  const options = source === undefined ? asked : { ...asked, size: source.size }
  const runner = createRunner(live, demand, deps)
  const { isDeterministic } = demand
  const input = {
    ...{ options, prompt, isDeterministic },
    ...(request.onProgress && {
      onCall: progressOf(request.onProgress, demand, clock),
      toldEveryMs: request.progressEveryMs ?? 0,
    }),
    ...(negative && { negative }),
    ...(source && { edit: source }),
  }
  const made = await generate(model, input, runner.run, runner.advance)
  timings.queueMs = runner.queueMs
  timings.runMs = runner.runMs
  const finishStart = clock.nowMs()
  const images = await Promise.all(made.images.map((image) => compose(deps, model, { image, source, demand })))
  timings.finishMs = clock.nowMs() - finishStart
  observeStages(deps.meter, edit === undefined ? 'generations' : 'edits', timings)
  const told = { options, prompt, negative, source, images, timesteps: made.timesteps }
  const result = { ...resultOf(told), runMs: runner.runMsOf }
  const { files } = runner
  return { model: live.identity, result, timings, files, geometries: [], ...(unfit && { unfit }) }
}

interface Told {
  readonly options: FilledGeneration
  readonly prompt: PreparedPrompt
  readonly negative: PreparedPrompt | undefined
  readonly source: EditSource | undefined
  readonly images: readonly ComposedImage[]
  readonly timesteps: readonly number[]
}

function resultOf({ options, prompt, negative, source, images, timesteps }: Told): Omit<GenerationsResult, 'runMs'> {
  const { seeds, size, noiseSource, scheduler, steps, guidanceScale, guidanceRescale } = options
  return {
    ...{ size, noiseSource, scheduler, steps, guidanceScale, guidanceRescale, timesteps },
    images: images.map((image, at) => ({ seed: seeds[at]!, ...image })),
    prompt: readOf(prompt),
    ...(negative && { negativePrompt: readOf(negative) }),
    denoiserCalls: timesteps.length,
    ...(source && { edit: reportOf(source, options) }),
  }
}

function optionsOf(model: DiffusionModel, { request, edit }: Errand): FilledGeneration {
  const seed = request.seed ?? drawSeed()
  const strength = edit?.strength
  return fillOptions(
    model,
    { ...request, seed, ...(strength !== undefined && { strength }) },
    edit === undefined ? {} : { edit: { hasMask: edit.mask !== undefined } },
  )
}

/** Throws `invalid_text`, `invalid_option`, `too_large`. */
function promptsOf(
  model: DiffusionModel,
  { prompt, negativePrompt }: GenerationsRequest,
  options: FilledGeneration,
): { prompt: PreparedPrompt; negative?: PreparedPrompt } {
  const { defaults, prompt: spec } = model.spec.diffusion
  const text = typeof prompt === 'string' ? prompt : renderPrompt(spec, prompt)
  const prepared = preparePrompt(model, text)
  if (!readsNegative(model, options)) return { prompt: prepared }
  return { prompt: prepared, negative: preparePrompt(model, negativePrompt ?? defaults.negative_prompt ?? '') }
}

async function readSource(
  { images }: PredictDeps,
  { spec }: DiffusionModel,
  { edit, options, demand }: { edit: EditsRequest; options: FilledGeneration; demand: Demand },
): Promise<EditSource> {
  const { channels, color = 'gray' } = spec.diffusion.image
  const job = {
    film: edit.film,
    ...(edit.mask && { mask: edit.mask }),
    isMaskInverted: edit.isMaskInverted ?? false,
    size: edit.size === undefined ? sizeRule(spec.diffusion) : options.size,
    ...{ channels, color },
  }
  const source = await images.editSource(job, demand.signal)
  if (source.pixelSha256 !== undefined) demand.onInput?.(source.pixelSha256)
  return source
}

function compose(
  { images }: PredictDeps,
  { spec }: DiffusionModel,
  { image, source, demand }: { image: Tensor; source: EditSource | undefined; demand: Demand },
) {
  const { channels, color = 'gray' } = spec.diffusion.image
  const [, , height, width] = image.dims as [number, number, number, number]
  const values = image.data as Float32Array | Uint16Array
  const mask = source?.mask
  const kept = mask && { mask: mask.data, raster: mask.kept }
  return images.compose({ ...{ values, channels, width, height, color }, ...(kept && { kept }) }, demand.signal)
}

/** Several calls may be done at once: whoever leaves at one of them hears of no other. */
function progressOf(
  onProgress: NonNullable<GenerationsRequest['onProgress']>,
  { signal }: Demand,
  clock: Clock,
): (progress: CallProgress) => void {
  const startMs = clock.nowMs()
  return ({ done, ...progress }) => {
    if (signal.aborted) return
    const perCallMs = (clock.nowMs() - startMs) / done
    onProgress({ ...progress, etaMs: perCallMs * (progress.of - done) })
  }
}

function readOf({ text, tokens, isTruncated, cut }: PreparedPrompt): PromptRead {
  return { text, tokens, isTruncated, cut }
}

function reportOf({ original, mask }: EditSource, { strength = 1 }: FilledGeneration): EditReport {
  return { strength, film: original, ...(mask && { changedShare: mask.changedShare }) }
}
