/** Requests of every task that the packs of a store can do. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Manifest } from '../../src/store/manifest.js'
import { smallFilms } from './bodies.js'

export interface StoredPack {
  /** `name@version`. */
  readonly id: string
  readonly folder: string
  readonly tasks: readonly string[]
  /** Of its graphs. */
  readonly bytes: number
}

export interface Ask {
  readonly model: string
  readonly path: string
  readonly body: object
}

const TEXTS = [
  'a small left pleural effusion',
  'no acute cardiopulmonary abnormality',
  'cardiomegaly which is unchanged',
]
/** Of the grammar that LViT's sentences have: its network reads ten words, no fewer. */
const SEGMENTED = 'Bilateral pulmonary infection, two infected areas, upper left lung and upper right lung.'
/** The least work that runs every graph of a generation. */
const GENERATION = { steps: 1, size: '128x128', guidance_scale: 1, seed: 1 }
const REPORT_TOKENS = 4

/** Those that can be asked for something else than edits, which need a mask of their film. */
export function packsOf(store: string): StoredPack[] {
  return readdirSync(store, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[^/.][^/]*\/[^/]+\/model\.json$/.test(path))
    .map((path) => join(store, dirname(path)))
    .map((folder) => {
      const { name, version, tasks, components } = JSON.parse(
        readFileSync(join(folder, 'model.json'), 'utf8'),
      ) as Manifest
      const files = Object.values(components).flatMap((graph) => [graph, ...(graph.external_data ?? [])])
      return {
        id: `${name}@${version}`,
        folder,
        tasks: tasks.filter((task) => task !== 'edits'),
        bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      }
    })
    .filter(({ tasks }) => tasks.length > 0)
}

/** Any pack, any of its tasks. `random` gives numbers from 0 to 1. */
export function askOf(packs: readonly StoredPack[], random: () => number): Ask {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const { id: model, tasks } = pick(packs)
  const image = { data: pick(smallFilms()).toString('base64') }
  const text = pick(TEXTS)
  switch (pick(tasks)) {
    case 'similarities':
      return { model, path: '/v1/similarities', body: { model, images: [image], texts: [text] } }
    case 'classifications':
      return { model, path: '/v1/classifications', body: { model, image } }
    case 'segmentations':
      return {
        model,
        path: '/v1/segmentations',
        body: { model, image, text: SEGMENTED },
      }
    case 'generations':
      return { model, path: '/v1/images/generations', body: { model, prompt: text, ...GENERATION } }
    case 'reports':
      return {
        model,
        path: '/v1/reports',
        body: { model, images: [image], max_tokens: REPORT_TOKENS, method: 'greedy' },
      }
    default:
      return { model, path: '/v1/embeddings', body: { model, input: [{ image }] } }
  }
}
