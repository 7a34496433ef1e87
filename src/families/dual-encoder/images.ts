import { AppError } from '../../errors.js'
import { concatRows, l2Normalize, sliceRows } from '../../tensor/ops.js'
import { float32Data, tensor, type Tensor } from '../../tensor/tensor.js'
import type { Component } from '../component.js'
import type { RunComponent } from '../family.js'
import { componentOf, feedsByKind, kindOf, outputNames, outputsByKind } from '../graph-io.js'
import type { GridSize, PixelRow } from './model.js'
import type { Maps } from './spec.js'

/** What the image tower needs of a pack, of whichever family. */
export interface ImageTower {
  readonly spec: { readonly maps?: Pick<Maps, 'grid'> }
  readonly components: Readonly<Record<string, Component>>
}

/** Which features a task reads: what is not wanted is not sent. */
export interface WantedFeatures {
  readonly global: boolean
  readonly local: boolean
}

export interface ImageFeatures {
  /** Of unit length, one an image: float32[dims]. */
  readonly global: readonly Float32Array[]
  /** The same as the encoder gave them, float32[images, dims]: what a fusion of views reads. */
  readonly raw?: Tensor
  readonly local?: LocalFeatures
}

export interface LocalFeatures {
  /** As the encoder gave them, not normalised (GLoRIA's attention takes raw products): float32[images, cells, dims]. */
  readonly cells: Tensor
  readonly grid: GridSize
}

/** Stacks prepared images to pixels[n, c, h, w]; `undefined` when there are none. */
export function stackPixels(images: readonly PixelRow[]): Tensor | undefined {
  return images.length === 0 ? undefined : concatRows(images.map((image) => image.pixels))
}

/**
 * Runs the image tower once on all rows. `pixels`: uint8 or float32[n, c, h, w], as the pack's image steps end.
 */
export async function embedImages(
  model: ImageTower,
  pixels: Tensor | undefined,
  wanted: WantedFeatures,
  run: RunComponent,
): Promise<ImageFeatures> {
  if (pixels === undefined) return { global: [] }
  const component = componentOf(model, 'image_encoder')
  const kinds = [...(wanted.global ? ['global'] : []), ...(wanted.local ? ['local'] : [])]
  const named = await run('image_encoder', feedsByKind(component, { pixels }), outputNames(component, kinds))
  const outputs = outputsByKind(component, named)
  const raw = wanted.global ? kindOf(outputs, 'global') : undefined
  return {
    global: raw === undefined ? [] : unitRows(raw),
    ...(raw && { raw }),
    ...(wanted.local && { local: localFeatures(model, kindOf(outputs, 'local')) }),
  }
}

/** Rows of float32[n, dims] as unit vectors in memory of their own. */
export function unitRows(of: Tensor): Float32Array[] {
  return Array.from({ length: of.dims[0]! }, (_, row) => l2Normalize(float32Data(sliceRows(of, row, row + 1)).slice()))
}

/** `local`: float32[n, rows, columns, dims], or float32[n, cells, dims] with the grid said in the manifest. */
function localFeatures(model: ImageTower, local: Tensor): LocalFeatures {
  const grid = gridOf(model, local.dims)
  const dims = [local.dims[0]!, grid[0] * grid[1], local.dims.at(-1)!]
  return { cells: tensor('float32', dims, local.data), grid }
}

function gridOf(model: ImageTower, dims: readonly number[]): GridSize {
  if (dims.length === 4) return [dims[1]!, dims[2]!]
  const grid = model.spec.maps?.grid
  if (grid === undefined || grid[0] * grid[1] !== dims[1]) {
    throw new AppError('model_invalid', 'The grid in the manifest does not hold the cells of the local output.')
  }
  return grid
}
