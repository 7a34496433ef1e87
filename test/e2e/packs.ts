import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../folder.js'

const TINY = fileURLToPath(new URL('../fixtures/packs/tiny-clip/1.0.0/', import.meta.url))

/** A store with the tiny pack `good`, to be filled by the test; it goes away with it. */
export function makeStore(): string {
  const store = temporaryFolder('e2e')
  addTiny(store, 'good')
  return store
}

export function addTiny(store: string, name: string): string {
  const folder = join(store, name, '1.0.0')
  mkdirSync(folder, { recursive: true })
  cpSync(TINY, folder, { recursive: true })
  const manifest = JSON.parse(readFileSync(join(TINY, 'model.json'), 'utf8')) as object
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...manifest, name }))
  return folder
}

/** A pack in whose image graph one bit is not what the manifest says. */
export function addFlipped(store: string): void {
  const file = join(addTiny(store, 'flipped'), 'image_encoder.onnx')
  const bytes = readFileSync(file)
  const at = Math.floor(bytes.length / 2)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  writeFileSync(file, bytes)
}
