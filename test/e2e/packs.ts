import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { slowGraph } from './slow-graph.js'

const TINY = fileURLToPath(new URL('../fixtures/packs/tiny-clip/1.0.0/', import.meta.url))
/** About a quarter of a second on one core: long enough to act while a run is under way. */
const SLOW_PRODUCTS = 600

interface TinyManifest {
  components: Record<string, Record<string, unknown>>
  [section: string]: unknown
}

/** A store with the tiny pack `good`, to be filled by the test; it goes away with it. */
export function makeStore(t: TestContext): string {
  const store = mkdtempSync(join(tmpdir(), 'radserve-e2e-'))
  t.after(() => rmSync(store, { recursive: true, force: true }))
  addTiny(store, 'good')
  return store
}

export function addTiny(store: string, name: string): string {
  const folder = join(store, name, '1.0.0')
  mkdirSync(folder, { recursive: true })
  cpSync(TINY, folder, { recursive: true })
  writeManifest(folder, { ...readManifest(), name })
  return folder
}

/** One image a run, and each run takes its time. */
export function addSlow(store: string): void {
  const folder = addTiny(store, 'slow')
  const graph = slowGraph(SLOW_PRODUCTS)
  writeFileSync(join(folder, 'image_encoder.onnx'), graph)
  const manifest = readManifest()
  const { image_encoder: image, text_encoder: text } = manifest.components
  const outputs = (tower: Record<string, unknown> | undefined) => [(tower?.['outputs'] as object[])[0]]
  writeManifest(folder, {
    ...manifest,
    name: 'slow',
    tasks: ['embeddings'],
    components: {
      image_encoder: { ...image, ...digestOf(graph), outputs: outputs(image), max_batch: 1 },
      text_encoder: { ...text, outputs: outputs(text) },
    },
    score: { scale: 1, global: 'cosine', combine: { kind: 'none' }, pairwise: false },
    zero_shot: undefined,
    maps: undefined,
    prototypes: undefined,
    goldens: [],
  })
}

/** A pack in whose image graph one bit is not what the manifest says. */
export function addFlipped(store: string): void {
  const file = join(addTiny(store, 'flipped'), 'image_encoder.onnx')
  const bytes = readFileSync(file)
  const at = Math.floor(bytes.length / 2)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  writeFileSync(file, bytes)
}

function readManifest(): TinyManifest {
  return JSON.parse(readFileSync(join(TINY, 'model.json'), 'utf8')) as TinyManifest
}

function writeManifest(folder: string, manifest: TinyManifest): void {
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest))
}

function digestOf(bytes: Uint8Array): { sha256: string; bytes: number } {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }
}
