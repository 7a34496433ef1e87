import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bagOfWords, DIMENSIONS, IMAGE_SIDE, resnet50 } from './resnet50.js'

export const TINY_PACK = fileURLToPath(new URL('../fixtures/packs/tiny-clip/1.0.0/', import.meta.url))
/** Rows of one run: the batch size from which the raw runtime gains nothing more. */
const MAX_BATCH = 8

/** A pack of real size in `store`; gives its folder. */
export function addResnet50(store: string): string {
  const folder = join(store, 'resnet50', '1.0.0')
  mkdirSync(folder, { recursive: true })
  const tiny = JSON.parse(readFileSync(join(TINY_PACK, 'model.json'), 'utf8')) as { text: { tokenizer: string } }
  const tokenizer = readFileSync(join(TINY_PACK, tiny.text.tokenizer))
  const { vocab } = (JSON.parse(tokenizer.toString()) as { model: { vocab: object } }).model
  const image = writeFile(folder, 'image_encoder.onnx', resnet50())
  const text = writeFile(folder, 'text_encoder.onnx', bagOfWords(Object.keys(vocab).length))
  const manifest = {
    ...identity(),
    components: { image_encoder: imageEncoder(image), text_encoder: textEncoder(text) },
    files: [writeFile(folder, tiny.text.tokenizer, tokenizer)],
    image: {
      steps: [
        { op: 'gray' },
        { op: 'resize', mode: 'exact', size: IMAGE_SIDE, interpolation: 'bilinear_aa' },
        { op: 'channels', count: 1 },
      ],
    },
    text: tiny.text,
    text_post: { merge: 'none', pool: 'none', drop: [], heads: false },
    score: { scale: 1, global: 'cosine', combine: { kind: 'none' }, pairwise: false },
    goldens: [],
  }
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest, null, 1))
  return folder
}

export interface PackName {
  readonly name: string
  readonly version: string
}

/** A pack that exists already, put into `store`, under another name if one is given; gives its new folder. */
export function addPack(store: string, from: string, as?: PackName): string {
  const manifest = JSON.parse(readFileSync(join(from, 'model.json'), 'utf8')) as PackName
  const { name, version } = as ?? manifest
  const folder = join(store, name, version)
  mkdirSync(folder, { recursive: true })
  for (const file of readdirSync(from))
    if (file !== 'model.json') cpSync(join(from, file), join(folder, file), { recursive: true })
  if (as === undefined) cpSync(join(from, 'model.json'), join(folder, 'model.json'))
  else writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...manifest, name, version }))
  return folder
}

function identity() {
  return {
    schema: 1,
    name: 'resnet50',
    version: '1.0.0',
    family: 'dual-encoder',
    tasks: ['embeddings'],
    title: 'A graph of real size with random weights',
    source: { repository: 'test/load/resnet50.ts' },
    licence: { weights: 'Apache-2.0', gated: false, commercial_use: true },
    intended_use: 'Benchmarks of this service.',
    not_for: 'Anything else: the weights are random numbers.',
    limitations: ['Knows nothing.'],
    evaluation: [],
  }
}

function imageEncoder(file: object): object {
  return {
    ...file,
    precision: 'fp32',
    inputs: [{ name: 'pixels', dtype: 'uint8', dims: ['rows', 1, IMAGE_SIDE, IMAGE_SIDE], kind: 'pixels' }],
    outputs: [{ name: 'global', dtype: 'float32', dims: ['rows', DIMENSIONS], kind: 'global' }],
    max_batch: MAX_BATCH,
  }
}

function textEncoder(file: object): object {
  const ids = (name: string) => ({ name, dtype: 'int64', dims: ['rows', 'length'], kind: name })
  return {
    ...file,
    precision: 'fp32',
    inputs: [ids('input_ids'), ids('attention_mask')],
    outputs: [{ name: 'global', dtype: 'float32', dims: ['rows', DIMENSIONS], kind: 'global' }],
    max_batch: 64,
    remember_rows: true,
  }
}

function writeFile(folder: string, file: string, content: Uint8Array): object {
  writeFileSync(join(folder, file), content)
  return { file, sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length }
}
