/** The tiny-sd packs of test/fixtures/packs and what the reference pipelines made with them (test/fixtures/diffusion). */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { generate, readsNegative, type GenerateInput } from '../../../src/families/diffusion/generate.js'
import { fillOptions, type GenerationOptions } from '../../../src/families/diffusion/options.js'
import type { SchedulerSpec } from '../../../src/families/diffusion/schedulers/spec.js'
import type { DiffusionSpec } from '../../../src/families/diffusion/spec.js'
import type { RunLoop } from '../../../src/families/loop.js'
import { preparePrompt } from '../../../src/families/diffusion/texts.js'
import type { Size } from '../../../src/imaging/geometry.js'
import type { Raster } from '../../../src/imaging/raster.js'
import { composeImage } from '../../../src/imaging/synthesis/compose.js'
import { readEditSource, type EditSource } from '../../../src/imaging/synthesis/edit-source.js'
import { openPack, type TinyPack } from '../tiny-pack.js'

export const DIFFUSION = resolve(import.meta.dirname, '../../fixtures/diffusion')
const LIMITS = { imageBytes: 1e7, imagePixels: 1e7 }

export type TinySd = TinyPack<DiffusionSpec>

export function openTinySd(name: string): Promise<TinySd> {
  return openPack<DiffusionSpec>(name)
}

/** A case of test/fixtures/diffusion/cases.json. */
export interface Case {
  readonly prompt: string
  readonly negative?: string
  readonly seed: number
  readonly n: number
  readonly steps: number
  readonly guidance: number
  readonly guidance_rescale?: number
  readonly size: readonly [number, number]
  readonly scheduler: SchedulerSpec
  readonly film?: string
  readonly mask?: string
  readonly strength?: number
}

export const CASES = JSON.parse(readFileSync(join(DIFFUSION, 'cases.json'), 'utf8')) as Record<
  string,
  Record<string, Case>
>

export function fixture(name: string): Uint8Array {
  return readFileSync(join(DIFFUSION, name))
}

export interface Made {
  readonly rasters: readonly Raster[]
  readonly timesteps: readonly number[]
}

/** A case as the flow does it, without an engine: the pack's graphs are called directly. `further`: options beside the case's. */
export async function make(
  pack: TinySd,
  given: Case,
  changes: Partial<GenerateInput> = {},
  further: Partial<GenerationOptions> = {},
  advance?: RunLoop,
): Promise<Made> {
  const { model, run } = pack
  const { film, mask } = given
  const [width, height] = given.size
  const size = { width, height }
  const asked: GenerationOptions = {
    ...{ seed: BigInt(given.seed), n: given.n, size, steps: given.steps, guidanceScale: given.guidance },
    ...{ guidanceRescale: given.guidance_rescale ?? 0, scheduler: given.scheduler },
    ...(film !== undefined && { strength: given.strength ?? 1 }),
    ...further,
  }
  const options = fillOptions(model, asked, film === undefined ? {} : { edit: { hasMask: mask !== undefined } })
  const source = film === undefined ? undefined : await sourceOf(film, mask, size)
  const negative = readsNegative(model, options) && preparePrompt(model, given.negative ?? '')
  const prompt = preparePrompt(model, given.prompt)
  const input = {
    options,
    prompt,
    ...(negative && { negative }),
    ...(source && { edit: source }),
    isDeterministic: false,
  }
  const { images, timesteps } = await generate(model, { ...input, ...changes }, run, advance)
  const kept = source?.mask && { mask: source.mask.data, raster: source.mask.kept }
  const rasters = images.map(({ data }) => {
    const values = data as Float32Array | Uint16Array
    return composeImage({ values, channels: 3, width, height, color: 'rgb', ...(kept && { kept }) }).raster
  })
  return { rasters, timesteps }
}

function sourceOf(film: string, mask: string | undefined, size: Size): Promise<EditSource> {
  const files = { film: fixture(film), ...(mask !== undefined && { mask: fixture(mask) }) }
  return readEditSource({ ...files, isMaskInverted: false, size, channels: 3, color: 'rgb' }, LIMITS)
}

/** The pipeline's picture, RGB of 8 bits. */
export async function expectedPicture(name: string, at: number): Promise<Uint8Array> {
  return new Uint8Array(
    await sharp(fixture(`${name}-${at}.png`))
      .removeAlpha()
      .raw()
      .toBuffer(),
  )
}

/** Greatest difference in levels of 255. */
export function greatestDifference({ data }: Raster, expected: Uint8Array): number {
  return expected.reduce((most, level, at) => Math.max(most, Math.abs(Math.round(data[at]! / 257) - level)), 0)
}
