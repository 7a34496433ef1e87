/** The events of a request for images, in our own words and in OpenAI's. */
import type { GenerationProgress } from '../flows/generate.js'
import type { Raster } from '../imaging/raster.js'
import { createEventQueue } from './event-queue.js'
import { toBase64Png } from './maps.js'
import type { ImagesReply } from './schemas/images-reply.js'
import type { EventSink } from './sse.js'

/** Steps whose previews are still being encoded when the next one comes without its own. */
const MAX_WAITING_PREVIEWS = 2

/** Turns what happens on the way into events, in order. */
export interface GenerationEvents {
  readonly previewEvery?: number
  onProgress(progress: GenerationProgress): void
  /** Resolves when every event so far is sent; rejects with what kept one from it. */
  flush(): Promise<void>
  finish(reply: ImagesReply): Promise<void>
}

interface EventsOptions {
  readonly sink: EventSink
  /** The file of a preview. */
  readonly encode: (preview: Raster) => Promise<Uint8Array>
}

/** `progress` for each step, then `result` with the JSON that the same request gets, then `end`. */
export function progressEvents(options: EventsOptions & { readonly previewEvery?: number }): GenerationEvents {
  const { sink, encode, previewEvery } = options
  const queue = createEventQueue()
  return {
    ...(previewEvery !== undefined && { previewEvery }),
    onProgress({ step, of, etaMs, previews }) {
      const numbers = { step, of, eta_ms: Math.round(etaMs) }
      if (previews === undefined || queue.length >= MAX_WAITING_PREVIEWS) {
        queue.add(() => sink.offer({ event: 'progress', data: numbers }))
        return
      }
      queue.add(async () => {
        const files = await Promise.all(previews.map(encode))
        const data = { ...numbers, previews: files.map((file) => ({ b64_json: toBase64Png(file) })) }
        sink.offer({ event: 'progress', data })
      })
    },
    flush: queue.flush,
    async finish(reply) {
      await sink.send({ event: 'result', data: reply })
      await sink.send({ event: 'end', data: {} })
    },
  }
}

interface OpenAiOptions extends EventsOptions {
  readonly name: 'image_generation' | 'image_edit'
  /** Previews on the way, at even distances. */
  readonly partialImages: number
  readonly outputFormat: ImagesReply['output_format']
}

/** `….partial_image` on the way and `….completed` for each image, with the fields of the answer in JSON beside OpenAI's. */
export function openAiEvents(options: OpenAiOptions): GenerationEvents {
  const { sink, name, partialImages, outputFormat, encode } = options
  const queue = createEventQueue()
  const created_at = Math.floor(Date.now() / 1000)
  const common = { created_at, background: 'opaque', quality: 'auto' } as const
  const send = (type: string, data: object): Promise<void> => sink.send({ event: type, data: { type, ...data } })
  return {
    // Which steps they are is known when the first of them says how many there will be.
    ...(partialImages > 0 && { previewEvery: 1 }),
    onProgress({ step, of, previews = [] }) {
      const index = partialSteps(partialImages, of).indexOf(step)
      if (index < 0 || previews.length === 0) return
      queue.add(async () => {
        for (const [image, preview] of previews.entries()) {
          const fields = { ...common, output_format: outputFormat, size: `${preview.width}x${preview.height}` }
          const b64_json = toBase64Png(await encode(preview))
          await send(`${name}.partial_image`, { ...fields, b64_json, partial_image_index: index, index: image })
        }
      })
    },
    flush: queue.flush,
    async finish({ data, ...reply }) {
      for (const [index, image] of data.entries())
        await send(`${name}.completed`, { ...reply, ...common, ...image, index })
    },
  }
}

/** Steps after which a preview is sent: as many as asked for, none of them the last. */
function partialSteps(count: number, of: number): number[] {
  return Array.from({ length: count }, (_, at) => Math.round(((at + 1) * of) / (count + 1)))
}
