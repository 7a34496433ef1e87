/** What a denoiser is fed of pictures on their way, by kind. */
import { floatTensor } from '../../tensor/float16.js'
import { DTYPES, type NamedTensors, type Tensor } from '../../tensor/tensor.js'
import type { TensorSpec } from '../component.js'
import { specOfKind } from '../tensor-specs.js'
import type { DenoiserSetup } from './denoiser.js'
import { guidanceEmbedding } from './guidance.js'
import type { Sample } from './schedulers/scheduler.js'

/** All but the prompts. */
export function denoiserFeeds(setup: DenoiserSetup, samples: readonly Sample[], timestep: number): NamedTensors {
  const { inputs } = setup.io
  const rows = samples.length * setup.prompts
  const guidance = specOfKind(inputs, 'guidance_embedding')
  return {
    sample: stackSamples(setup, samples, specOfKind(inputs, 'sample')!.dtype),
    timestep: timestepTensor(specOfKind(inputs, 'timestep')!, timestep, rows),
    ...(guidance && { guidance_embedding: guidanceTensor(guidance, setup.guidanceScale, rows) }),
  }
}

/** [rows, channels, height, width]: every picture, then every picture again where two prompts are read. */
function stackSamples(
  { pictures, prompts, latents }: DenoiserSetup,
  samples: readonly Sample[],
  dtype: TensorSpec['dtype'],
): Tensor {
  const area = latents.width * latents.height
  const parts = samples.map((sample, at) => [sample, ...(pictures[at]!.channels ?? [])])
  const length = parts[0]!.reduce((sum, part) => sum + part.length, 0)
  const rows = samples.length * prompts
  const data = new Float32Array(rows * length)
  let at = 0
  for (const part of parts.flat()) {
    data.set(part, at)
    at += part.length
  }
  if (prompts === 2) data.copyWithin(at, 0, at)
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
