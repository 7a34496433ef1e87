import type { Answer } from '../flows/answer.js'
import type { GenerationsResult } from '../flows/generate.js'
import type { PromptRead } from '../families/diffusion/texts.js'
import type { Size } from '../imaging/geometry.js'
import type { PictureFile, PictureStyle } from './generation-pictures.js'
import { toBase64Png } from './maps.js'
import { modelName } from './replies.js'
import type { ImagesReply, PromptReadReply } from './schemas/images-reply.js'

/** Cut words that are named. */
const MAX_CUT_WORDS = 100

export interface Made {
  readonly answer: Answer<GenerationsResult>
  readonly files: readonly PictureFile[]
  readonly style: PictureStyle
  readonly encodeMs: number
}

export function imagesReply({ answer, files, style, encodeMs }: Made): ImagesReply {
  const { model, result, timings } = answer
  const { images, scheduler, timesteps, edit } = result
  return {
    created: Math.floor(Date.now() / 1000),
    data: images.map((image, index) => ({
      b64_json: toBase64Png(files[index]!.bytes),
      seed: seedReply(image.seed),
      sha256: files[index]!.sha256,
      pixels_sha256: image.pixelsSha256,
      channel_spread: image.channelSpread,
    })),
    model: modelName(model),
    digests: { model: model.digest },
    ...{ output_format: style.format, size: sizeText(result.size), background: 'opaque', bit_depth: style.bitDepth },
    digital_source_type: style.source,
    seed: seedReply(images[0]?.seed ?? 0n),
    noise_source: result.noiseSource,
    scheduler: { ...mutable(scheduler), timesteps: [...timesteps] },
    ...{ steps: result.steps, denoiser_calls: result.denoiserCalls },
    ...{ guidance_scale: result.guidanceScale, guidance_rescale: result.guidanceRescale },
    prompt: promptReply(result.prompt),
    ...(result.negativePrompt && { negative_prompt: promptReply(result.negativePrompt) }),
    ...(edit && {
      edit: {
        strength: edit.strength,
        film_size: sizeText(edit.film),
        ...(edit.changedShare !== undefined && { changed_share: edit.changedShare }),
      },
    }),
    timings: {
      ...{ decode_ms: timings.decodeMs, prepare_ms: timings.prepareMs, queue_ms: timings.queueMs },
      ...{ run_ms: timings.runMs, finish_ms: timings.finishMs, encode_ms: encodeMs },
      run_ms_by_component: { ...result.runMs },
    },
    usage: imageUsage(result),
  }
}

/** A number where JSON's readers keep it whole. */
export function seedReply(seed: bigint): number | string {
  return seed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seed) : String(seed)
}

export function sizeText({ width, height }: Size): string {
  return `${width}x${height}`
}

function promptReply({ text, tokens, isTruncated, cut }: PromptRead): PromptReadReply {
  return { text, tokens, truncated: isTruncated, cut: cut.slice(0, MAX_CUT_WORDS) }
}

function imageUsage({ prompt, negativePrompt }: GenerationsResult): ImagesReply['usage'] {
  const tokens = prompt.tokens + (negativePrompt?.tokens ?? 0)
  return {
    input_tokens: tokens,
    input_tokens_details: { text_tokens: tokens, image_tokens: 0 },
    output_tokens: 0,
    total_tokens: tokens,
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

function mutable<T>(value: T): Mutable<T> {
  return { ...value }
}
