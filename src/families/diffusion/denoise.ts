/** The way from noise to latents of a picture: one run of the denoiser at each call of the sampler. */
import { AppError } from '../../errors.js'
import type { Size } from '../../imaging/geometry.js'
import { floatsOf, floatTensor } from '../../tensor/float16.js'
import { constant, DTYPES, type NamedTensors, type Tensor } from '../../tensor/tensor.js'
import { specOfKind, type TensorSpec } from '../component.js'
import type { RunComponent } from '../family.js'
import { componentOf, feedsByKind, kindOf, outputNames, outputsByKind } from '../graph-io.js'
import { guidanceEmbedding, guide } from './guidance.js'
import type { DiffusionModel } from './model.js'
import type { Sample } from './schedulers/scheduler.js'
import type { Picture } from './start.js'
import { repeatRows } from './texts.js'

/** Pictures that go together: all their samples have one timestep. */
export interface Group {
  readonly pictures: readonly Picture[]
  /** [1, length, width] of the negative prompt and of the prompt, or of the prompt alone. */
  readonly tokens: readonly Tensor[]
  readonly guidanceScale: number
  readonly guidanceRescale: number
  /** Columns and rows of the latents. */
  readonly latents: Size
}

/** A call that is done: the picture's sample as the denoiser saw it, and what it was taken for. */
export interface DenoiserCall {
  readonly call: number
  readonly timestep: number
  readonly seen: readonly { readonly sample: Sample; readonly prediction: Sample }[]
}

/**
 * Takes the pictures' latents to their end. Every call is one run, of all pictures without the prompt and then all with it:
 * it shares a batch with whoever else is at this graph, and a cancelled request ends before the next one. Throws
 * `model_output_invalid`.
 */
export async function denoise(
  model: DiffusionModel,
  group: Group,
  run: RunComponent,
  onCall: (done: DenoiserCall) => void,
): Promise<void> {
  const { pictures } = group
  const { timesteps } = pictures[0]!.scheduler
  const tokens = constant(repeatRows(group.tokens, pictures.length))
  for (const [call, timestep] of timesteps.entries()) {
    const samples = pictures.map(({ scheduler, latents }) => scheduler.scaleInput(latents, call))
    const predictions = await predict(model, { ...group, samples, timestep, stacked: tokens }, run)
    pictures.forEach((picture, at) => advance(picture, predictions[at]!, call))
    onCall({ call, timestep, seen: samples.map((sample, at) => ({ sample, prediction: predictions[at]! })) })
  }
}

function advance(picture: Picture, prediction: Sample, call: number): void {
  const { scheduler, kept } = picture
  const next = scheduler.step(prediction, picture.latents, call)
  if (kept !== undefined) {
    const film = scheduler.addNoise(kept.clean, kept.noise, call + 1)
    const area = kept.mask.length
    for (let i = 0; i < next.length; i++) {
      const share = kept.mask[i % area]!
      next[i] = (1 - share) * film[i]! + share * next[i]!
    }
  }
  picture.latents = next
}

interface Call extends Group {
  readonly samples: readonly Sample[]
  readonly timestep: number
  /** `tokens` for every row. */
  readonly stacked: Tensor
}

/** One prediction a picture, guided. */
async function predict(model: DiffusionModel, call: Call, run: RunComponent): Promise<Sample[]> {
  const denoiser = componentOf(model, 'denoiser')
  const feeds = feedsByKind(denoiser, feedsOf(call, denoiser.inputs))
  const outputs = outputsByKind(denoiser, await run('denoiser', feeds, outputNames(denoiser, ['prediction'])))
  const values = floatsOf(kindOf(outputs, 'prediction'))
  const { samples, tokens, guidanceScale, guidanceRescale } = call
  const count = samples[0]!.length
  if (values.length !== count * samples.length * tokens.length || !values.every(Number.isFinite)) {
    throw new AppError(
      'model_output_invalid',
      'The denoiser gave values that are no numbers, or not as many as it took.',
    )
  }
  const rowOf = (row: number): Sample => values.subarray(row * count, (row + 1) * count)
  return samples.map((_, at) =>
    tokens.length === 1 ? rowOf(at) : guide(rowOf(at), rowOf(samples.length + at), guidanceScale, guidanceRescale),
  )
}

function feedsOf(call: Call, inputs: readonly TensorSpec[]): NamedTensors {
  const rows = call.samples.length * call.tokens.length
  const sample = specOfKind(inputs, 'sample')!
  const timestep = specOfKind(inputs, 'timestep')!
  const guidance = specOfKind(inputs, 'guidance_embedding')
  return {
    sample: stackSamples(call, sample.dtype),
    timestep: timestepTensor(timestep, call.timestep, rows),
    tokens: call.stacked,
    ...(guidance && { guidance_embedding: guidanceTensor(guidance, call.guidanceScale, rows) }),
  }
}

/** [rows, channels, height, width]: every picture, then every picture again where two prompts are read. */
function stackSamples({ pictures, samples, tokens, latents }: Call, dtype: TensorSpec['dtype']): Tensor {
  const area = latents.width * latents.height
  const parts = samples.map((sample, at) => [sample, ...(pictures[at]!.channels ?? [])])
  const length = parts[0]!.reduce((sum, part) => sum + part.length, 0)
  const rows = samples.length * tokens.length
  const data = new Float32Array(rows * length)
  let at = 0
  for (const part of parts.flat()) {
    data.set(part, at)
    at += part.length
  }
  if (tokens.length === 2) data.copyWithin(at, 0, at)
  return floatTensor(dtype, [rows, length / area, latents.height, latents.width], data)
}

/** One for all rows or one for each, as the graph takes it. A graph of whole timesteps gets the nearest. */
function timestepTensor({ dtype, dims }: TensorSpec, timestep: number, rows: number): Tensor {
  const own = dims.map((dim) => (typeof dim === 'number' ? dim : rows))
  const count = own[0] ?? 1
  if (dtype === 'float32' || dtype === 'float16') {
    return floatTensor(dtype, own, new Float32Array(count).fill(timestep))
  }
  const data = new DTYPES[dtype](count)
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(BigInt(Math.round(timestep)))
  else data.fill(Math.round(timestep))
  return { dtype, dims: own, data }
}

function guidanceTensor({ dtype, dims }: TensorSpec, scale: number, rows: number): Tensor {
  const width = Number(dims[1])
  const row = guidanceEmbedding(scale, width)
  const data = new Float32Array(rows * width)
  for (let at = 0; at < rows; at++) data.set(row, at * width)
  return floatTensor(dtype, [rows, width], data)
}
