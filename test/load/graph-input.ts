import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Component } from '../../src/families/component.js'

/** The graph of a pack that sees the film: what all contestants of a benchmark run. */
export interface ImageGraph {
  readonly file: string
  readonly input: string
  readonly output: string
  readonly channels: number
  readonly height: number
  readonly width: number
  readonly maxBatch: number
  /** Inputs beside the pixels, all float32: name and dims of one row. */
  readonly others: readonly { readonly name: string; readonly dims: readonly number[] }[]
}

/** The image tower, asked for its vector. */
export function imageGraphOf(packFolder: string): ImageGraph {
  return graphOf(packFolder, 'image_encoder', 'global')
}

/** A segmenter that takes pixels itself, asked for its probabilities. */
export function segmenterGraphOf(packFolder: string): ImageGraph {
  return graphOf(packFolder, 'segmenter', 'probabilities')
}

function graphOf(packFolder: string, role: string, outputKind: string): ImageGraph {
  const manifest = JSON.parse(readFileSync(join(packFolder, 'model.json'), 'utf8')) as {
    components: Record<string, Component>
  }
  const component = manifest.components[role]
  const pixels = component?.inputs.find(({ kind }) => kind === 'pixels')
  const output = component?.outputs.find(({ kind }) => kind === outputKind)
  if (component === undefined || pixels === undefined || output === undefined) {
    throw new Error(`${packFolder} has no ${role} from pixels to ${outputKind}.`)
  }
  const others = component.inputs.filter((input) => input !== pixels)
  if (others.some(({ dtype }) => dtype !== 'float32'))
    throw new Error(`${packFolder} takes more than pixels and floats.`)
  if (pixels.dtype !== 'uint8') throw new Error(`${packFolder} does not take uint8 pixels.`)
  const [channels, height, width] = pixels.dims.slice(1).map(Number) as [number, number, number]
  const maxBatch = component.max_batch ?? 32
  return {
    file: join(packFolder, component.file),
    input: pixels.name,
    output: output.name,
    channels,
    height,
    width,
    maxBatch,
    others: others.map(({ name, dims }) => ({ name, dims: dims.slice(1).map(Number) })),
  }
}

/** Bytes of one image as the graph takes it. */
export function rowBytes({ channels, height, width }: ImageGraph): number {
  return channels * height * width
}
