/** A generator that can be computed by hand: a picture of one gray, which its seed says; one call a step. */
import { createHash } from 'node:crypto'
import { abortReason, AppError } from '../../src/errors.js'
import { identityGeometry } from '../../src/imaging/geometry.js'
import type { Answer, TaskRequest } from '../../src/flows/answer.js'
import type { EditsRequest, Generate, GenerationsRequest, GenerationsResult } from '../../src/flows/generate.js'
import { fillScheduler } from '../../src/families/diffusion/schedulers/defaults.js'
import type { Raster } from '../../src/imaging/raster.js'

const MAX_WORDS = 4

export interface TinyGenerate extends Generate {
  /** Requests that came, in order. */
  readonly asked: (GenerationsRequest | EditsRequest)[]
  /** Steps that were done, of all requests. */
  steps: number
  /** Awaited before each step. */
  beforeStep: (step: number) => Promise<void>
}

export function createTinyGenerate(
  enter: (request: TaskRequest) => Promise<Omit<Answer<unknown>, 'result' | 'geometries'>>,
): TinyGenerate {
  const make = async (request: GenerationsRequest, edit?: EditsRequest): Promise<Answer<GenerationsResult>> => {
    tiny.asked.push(request)
    const frame = await enter(request)
    const { steps = 4, n = 1, seed = 7n, size = { width: 80, height: 64 }, guidanceScale = 2 } = request
    if (size.width % 8 !== 0 || size.height % 8 !== 0)
      throw new AppError('invalid_option', 'Each side is a multiple of 8.')
    for (let step = 1; step <= steps; step++) {
      await tiny.beforeStep(step)
      if (request.demand.signal.aborted) throw abortReason(request.demand.signal)
      tiny.steps++
      const isShown = request.previewEvery !== undefined && step % request.previewEvery === 0
      const previews = Array.from({ length: n }, () => gray({ width: 10, height: 8 }, step))
      request.onProgress?.({ step, of: steps, etaMs: (steps - step) * 5, ...(isShown && { previews }) })
    }
    const images = Array.from({ length: n }, (_, at) => {
      const own = BigInt.asUintN(64, seed + BigInt(at))
      const raster = gray(size, Number(own % 256n))
      const pixelsSha256 = createHash('sha256').update(raster.data).digest('hex')
      return { seed: own, raster, pixelsSha256, channelSpread: 0 }
    })
    const result: GenerationsResult = {
      ...{ images, size, steps, guidanceScale, guidanceRescale: request.guidanceRescale ?? 0 },
      prompt: read(request.prompt),
      ...(guidanceScale > 1 && { negativePrompt: read(request.negativePrompt ?? '') }),
      noiseSource: request.noiseSource ?? 'torch-cpu',
      scheduler: fillScheduler({ name: 'ddim' }, request.scheduler),
      timesteps: Array.from({ length: steps }, (_, at) => 999 - at),
      denoiserCalls: steps,
      ...(edit && { edit: { strength: edit.strength ?? 1, film: size } }),
      runMs: { denoiser: 4 },
    }
    return { ...frame, result, geometries: [identityGeometry(size)] }
  }
  const tiny: TinyGenerate = {
    asked: [],
    steps: 0,
    beforeStep: () => Promise.resolve(),
    generations: (request) => make(request),
    edits: (request) => make(request, request),
  }
  return tiny
}

function read(prompt: GenerationsRequest['prompt']) {
  const text = typeof prompt === 'string' ? prompt : Object.values(prompt).flat().join(' ')
  const words = text.split(/\s+/).filter((word) => word !== '')
  const used = Math.min(words.length, MAX_WORDS)
  return { text, tokens: used + 2, isTruncated: words.length > used, cut: words.slice(used) }
}

function gray({ width, height }: { width: number; height: number }, level: number): Raster {
  return { width, height, channels: 1, data: new Uint16Array(width * height).fill(level * 257) }
}
