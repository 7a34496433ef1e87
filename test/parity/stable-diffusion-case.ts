/** What diffusers' own pipeline gave for a checkpoint, against what the service gives with the pack that was imported from it. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { decodeRaster } from '../../src/imaging/raster.js'
import type { Tensor } from '../../src/tensor/tensor.js'
import { postJson, type RunningService } from '../e2e/service.js'
import { ROOMY } from '../imaging/goldens.js'
import { readNpy } from './npy.js'

/** Greatest difference of a graph's value, as a share of the greatest value where that is above one. */
const GRAPH_TOLERANCE = 1e-4
/** Grey levels of 255, of a picture of 16 bits: the order of sums over all steps. */
const LEVEL_TOLERANCE = 0.1

interface Picture {
  readonly prompt: string
  readonly size: readonly [number, number]
  readonly steps: number
  readonly guidance: number
  readonly seed: number
  readonly expected: string
}

interface Cases {
  readonly ids: readonly (readonly number[])[]
  readonly timesteps: readonly number[]
  readonly pictures: readonly Picture[]
}

export interface Comparison extends RunningService {
  /** The folder that `python -m stable_diffusion.prove` wrote. */
  readonly work: string
  readonly model: string
}

export async function compareWithDiffusers(t: TestContext, on: Comparison): Promise<void> {
  const cases = JSON.parse(readFileSync(join(on.work, 'expected/cases.json'), 'utf8')) as Cases
  const expected = (name: string): Tensor => {
    const { data, shape } = readNpy(readFileSync(join(on.work, 'expected', name)))
    return { dtype: 'float32', dims: shape, data: new Float32Array(data) }
  }
  for (const part of partsOf(cases, expected)) {
    await t.test(`${part.component} alone`, async (step) => {
      const found = await run(on, part)
      const wanted = expected(part.expected).data as Float32Array
      const difference = greatest(found, wanted)
      const most = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
      step.diagnostic(`greatest difference ${difference.toExponential(2)} of values up to ${most.toFixed(2)}`)
      assert.ok(difference / most <= GRAPH_TOLERANCE)
    })
  }
  for (const picture of cases.pictures) {
    await t.test(`a picture of ${picture.size.join('x')} in ${picture.steps} steps, over HTTP`, async (step) => {
      const { differences, deviation } = await comparePicture(on, picture, expected(picture.expected))
      const most = differences.reduce((most, value) => Math.max(most, value), 0)
      const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length
      step.diagnostic(`grey levels of 255: greatest difference ${most.toFixed(3)}, mean ${mean.toExponential(2)}`)
      // A picture of one level would be equal whatever the prompt did.
      assert.ok(deviation > 5, `The picture's own deviation is ${deviation} levels.`)
      assert.ok(most <= LEVEL_TOLERANCE)
    })
  }
}

interface Part {
  readonly component: string
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly output: string
  readonly expected: string
}

function partsOf({ ids, timesteps }: Cases, expected: (name: string) => Tensor): Part[] {
  const flat = ids.flat()
  const tokenIds: Tensor = {
    dtype: 'int64',
    dims: [ids.length, flat.length / ids.length],
    data: BigInt64Array.from(flat, BigInt),
  }
  const image = expected('image.npy')
  const clamped = (image.data as Float32Array).map((value) => Math.min(Math.max(value, -1), 1))
  const timestep: Tensor = { dtype: 'float32', dims: [timesteps.length], data: Float32Array.from(timesteps) }
  const denoised = { sample: expected('sample.npy'), timestep, encoder_hidden_states: expected('tokens.npy') }
  return [
    { component: 'text_encoder', inputs: { input_ids: tokenIds }, output: 'last_hidden_state', expected: 'tokens.npy' },
    { component: 'denoiser', inputs: denoised, output: 'out_sample', expected: 'prediction.npy' },
    {
      component: 'latent_decoder',
      inputs: { latent_sample: expected('latents.npy') },
      output: 'sample',
      expected: 'image.npy',
    },
    {
      component: 'latent_encoder',
      inputs: { sample: { ...image, data: clamped } },
      output: 'latent_parameters',
      expected: 'moments.npy',
    },
  ]
}

async function run({ service, model }: Comparison, { component, inputs, output }: Part): Promise<Float32Array> {
  const demand = { priority: 'routine', signal: new AbortController().signal, isDeterministic: true } as const
  const { outputs } = await service.catalogue.infer({ model, component, inputs, demand })
  return outputs[output]!.data as Float32Array
}

async function comparePicture(
  { url, model }: Comparison,
  { prompt, size, steps, guidance, seed }: Picture,
  wanted: Tensor,
): Promise<{ differences: Float32Array; deviation: number }> {
  const asked = { model, prompt, seed, steps, guidance_scale: guidance, size: size.join('x'), bit_depth: 16 }
  const reply = await postJson(`${url}/v1/images/generations`, { ...asked, deterministic: true })
  const body = (await reply.json()) as { data: { b64_json: string }[] }
  assert.equal(reply.status, 200, JSON.stringify(body).slice(0, 500))
  const { raster } = await decodeRaster(Buffer.from(body.data[0]!.b64_json, 'base64'), ROOMY)
  assert.deepEqual([raster.width, raster.height], size)
  const levels = Float32Array.from(raster.data, (value) => value / 257)
  const gray = grayOf(wanted)
  const mean = gray.reduce((sum, value) => sum + value, 0) / gray.length
  const deviation = Math.sqrt(gray.reduce((sum, value) => sum + (value - mean) ** 2, 0) / gray.length)
  assert.equal(levels.length, gray.length * raster.channels)
  const differences = levels.map((value, at) => Math.abs(value - gray[Math.floor(at / raster.channels)]!))
  return { differences, deviation }
}

/** [height, width, 3] between 0 and 1 as grey levels of 255: the mean of the channels, as the pack answers. */
function grayOf({ data, dims }: Tensor): Float32Array {
  const channels = dims[2]!
  const values = data as Float32Array
  return Float32Array.from({ length: values.length / channels }, (_, at) => {
    const pixel = values.subarray(at * channels, (at + 1) * channels)
    return (pixel.reduce((sum, value) => sum + value, 0) / channels) * 255
  })
}

function greatest(found: Float32Array, wanted: Float32Array): number {
  assert.equal(found.length, wanted.length)
  return found.reduce((worst, value, at) => Math.max(worst, Math.abs(value - wanted[at]!)), 0)
}
