import { computed, signal } from '@preact/signals'
import { askBytes, askJson, type Answer } from '../api/api.js'
import { filmForm } from '../api/form.js'
import type { SegmentationsReply } from '../api/replies.js'
import type { Film } from '../films/films.js'
import { modelsFor } from '../models/model-list.js'
import { saveFile } from '../parts/save.js'
import { createTask } from '../parts/task.js'

/** `name@version`; undefined is the default of the service. */
export const chosenModel = signal<string | undefined>(undefined)
export const sentence = signal('both lungs')

export const model = computed(() => {
  const able = modelsFor('segmentations')
  return able.find(({ id }) => id === chosenModel.value) ?? able[0]
})

/** What the model says that it knows, one example each. */
export const suggestions = computed(() =>
  (model.value?.structures ?? []).map(({ name, examples }) => examples[0] ?? name),
)

/** A film and what was asked of it. */
export interface Outlined {
  readonly film: Film
  readonly text: string
  readonly answer: Answer<SegmentationsReply>
}

export const segmenting = createTask<Outlined>()

export function outline(film: Film): void {
  const text = sentence.value.trim()
  if (text === '') return
  const fields = { model: chosenModel.value, text, output: ['contours'] }
  segmenting.start(async (signal) => {
    const answer = await askJson<SegmentationsReply>('/v1/segmentations', {
      body: filmForm(film.bytes, fields),
      signal,
    })
    return { film, text, answer }
  })
}

/** `seg` is for DICOM films alone. */
export type Download = 'overlay' | 'mask' | 'seg'

export const downloading = createTask<Download>()

export function download(kind: Download, { film, text }: Outlined): void {
  const options = { model: chosenModel.value, text }
  downloading.start(async (signal) => {
    const isObject = kind === 'seg'
    const body = filmForm(film.bytes, isObject ? options : { ...options, picture: kind })
    const accept = isObject ? 'application/dicom' : 'image/png'
    const { body: bytes } = await askBytes('/v1/segmentations', { body, accept, signal })
    saveFile(bytes, isObject ? 'segmentation.dcm' : `${kind}.png`)
    return kind
  })
}
