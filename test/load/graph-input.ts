import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Component } from '../../src/families/component.js'

/** The image tower of a pack: what all contestants of a benchmark run. */
export interface ImageGraph {
  readonly file: string
  readonly input: string
  readonly output: string
  readonly channels: number
  readonly height: number
  readonly width: number
  readonly maxBatch: number
}

export function imageGraphOf(packFolder: string): ImageGraph {
  const manifest = JSON.parse(readFileSync(join(packFolder, 'model.json'), 'utf8')) as {
    components: Record<string, Component>
  }
  const component = manifest.components['image_encoder']
  const pixels = component?.inputs.find(({ kind }) => kind === 'pixels')
  const global = component?.outputs.find(({ kind }) => kind === 'global')
  if (component === undefined || pixels === undefined || global === undefined) {
    throw new Error(`${packFolder} has no image encoder with pixels and a global vector.`)
  }
  if (pixels.dtype !== 'uint8') throw new Error(`${packFolder} does not take uint8 pixels.`)
  const [channels, height, width] = pixels.dims.slice(1).map(Number) as [number, number, number]
  const maxBatch = component.max_batch ?? 32
  return {
    file: join(packFolder, component.file),
    input: pixels.name,
    output: global.name,
    channels,
    height,
    width,
    maxBatch,
  }
}

/** Bytes of one image as the graph takes it. */
export function rowBytes({ channels, height, width }: ImageGraph): number {
  return channels * height * width
}
