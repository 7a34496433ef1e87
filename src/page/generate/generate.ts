import { signal } from '@preact/signals'
import { askEvents } from '../api/events.js'
import { filmForm, type Field } from '../api/form.js'
import type { ImagesReply, Progress } from '../api/replies.js'
import { addFilms, type Film } from '../films/films.js'
import { blobOf } from '../parts/save.js'
import { createTask } from '../parts/task.js'
import { maskFile, type Mask } from './mask.js'
import { chosenModel, guidance, negativePrompt, numberOf, prompt, seed, steps, strength } from './options.js'

const PREVIEW_EVERY = 2

/** A picture that a model made, as a file whose bytes and pixels say so. */
export interface Made {
  readonly picture: Blob
  readonly seed: string
  readonly reply: ImagesReply
  readonly totalMs: number
}

export const generating = createTask<Made>()
/** Of what runs now, or ran last. */
export const progress = signal<Progress | undefined>(undefined)
export const preview = signal<Blob | undefined>(undefined)

/** Makes a picture out of noise, or out of a film, of which a mask says what may change. */
export function generate(film?: Film, mask?: Mask): void {
  progress.value = undefined
  preview.value = undefined
  const options = fields(film !== undefined)
  generating.start(async (stop) => {
    const startMs = performance.now()
    const body = filmForm(film === undefined ? [] : film.bytes, options)
    if (mask !== undefined) body.append('mask', await maskFile(mask), 'mask.png')
    const path = film === undefined ? '/v1/images/generations' : '/v1/images/edits'
    for await (const { name, data } of askEvents(path, { body, signal: stop })) {
      if (name === 'progress') showProgress(data as Progress)
      if (name === 'result') return made(data as ImagesReply, startMs)
    }
    throw new Error('The service ended without a picture.')
  })
}

function fields(isEdit: boolean): Record<string, Field> {
  return {
    model: chosenModel.value,
    prompt: prompt.value.trim(),
    negative_prompt: negativePrompt.value.trim() === '' ? undefined : negativePrompt.value.trim(),
    steps: numberOf(steps.value),
    guidance_scale: numberOf(guidance.value),
    seed: seed.value.trim() === '' ? undefined : seed.value.trim(),
    strength: isEdit ? strength.value : undefined,
    preview_every: PREVIEW_EVERY,
    // The word SYNTHETIC below the picture: it stays when the file is copied, printed or shown elsewhere.
    banner: 'border',
  }
}

function showProgress(news: Progress): void {
  progress.value = news
  const [first] = news.previews ?? []
  if (first !== undefined) preview.value = blobOf(first.b64_json, 'image/png')
}

function made(reply: ImagesReply, startMs: number): Made {
  const [image] = reply.data
  if (image === undefined) throw new Error('The service answered without a picture.')
  const picture = blobOf(image.b64_json, 'image/png')
  return { picture, seed: String(image.seed), reply, totalMs: performance.now() - startMs }
}

export async function openAsFilm({ picture, seed: drawn, reply }: Made): Promise<void> {
  const credit = `Synthetic: made by ${reply.model}, seed ${drawn}. Not of a patient.`
  await addFilms([{ name: `Synthetic ${drawn}`, bytes: picture, credit }])
}
