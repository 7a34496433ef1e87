import { AppError } from '../errors.js'
import { tensor, type Tensor } from '../tensor/tensor.js'
import { planesToGray, rasterToGray, rasterToPlanes, type Plane } from './colour.js'
import { geometryAfterCanvas, geometryAfterResize, identityGeometry, type Geometry, type Size } from './geometry.js'
import type { Raster } from './raster.js'
import { resizePlane } from './resample.js'
import { preparedShape, type PreparedShape } from './step-order.js'
import { sidesOf, type ImageSpec, type Step, type StepOf } from './steps.js'

export interface PreparedRaster {
  /** uint8[1, c, h, w]; float32 where the spec scales or normalizes. */
  readonly pixels: Tensor
  readonly geometry: Geometry
}

/** The image on its way through the steps: one plane a channel, all of one size. */
interface Canvas {
  readonly planes: readonly Plane[]
  readonly geometry: Geometry
}

const LEVELS = 256
/** More than any film has, even after it was made square; one byte a pixel and channel. */
const MAX_CANVAS_PX = 2 ** 27

/**
 * Applies a pack's image steps to decoded pixels. Throws `model_invalid` for steps that are not sound, and
 * `malformed_image` for a film so narrow that a step cannot hold it.
 */
export function prepareRaster(raster: Raster, spec: ImageSpec): PreparedRaster {
  const shape = preparedShape(spec)
  const isGrayFirst = spec.steps[0]?.op === 'gray'
  let canvas: Canvas = {
    planes: isGrayFirst ? [rasterToGray(raster)] : rasterToPlanes(raster),
    geometry: identityGeometry(raster),
  }
  for (const step of spec.steps) canvas = applyStep(canvas, step)
  const { width, height } = canvas.geometry.prepared
  if (width !== shape.width || height !== shape.height) {
    throw new AppError('internal', 'The image steps ended in another size than was foreseen. This is a bug.')
  }
  return { pixels: planesToTensor(canvas.planes, spec, shape), geometry: canvas.geometry }
}

function applyStep(canvas: Canvas, step: Step): Canvas {
  switch (step.op) {
    case 'gray':
      return { ...canvas, planes: [planesToGray(canvas.planes)] }
    case 'resize': {
      const to = bounded(resizedSize(canvas.geometry.prepared, step))
      const planes = canvas.planes.map((plane) => resizePlane(plane, to.width, to.height, step.interpolation))
      return { planes, geometry: geometryAfterResize(canvas.geometry, to) }
    }
    case 'pad': {
      const from = canvas.geometry.prepared
      const longer = Math.max(from.width, from.height, step.least ?? 1)
      const to = step.to === 'square' ? bounded({ width: longer, height: longer }) : sidesOf(step.to)
      const isCentered = step.anchor === 'center-floor'
      const left = isCentered ? Math.floor((to.width - from.width) / 2) : 0
      const top = isCentered ? Math.floor((to.height - from.height) / 2) : 0
      return onNewCanvas(canvas, to, { left, top, fill: step.fill })
    }
    case 'crop': {
      const from = canvas.geometry.prepared
      const to = sidesOf(step.size)
      const margin = step.round === 'floor' ? Math.floor : roundHalfEven
      return onNewCanvas(canvas, to, {
        left: -margin((from.width - to.width) / 2),
        top: -margin((from.height - to.height) / 2),
        fill: 0,
      })
    }
    case 'scale':
    case 'normalize':
    case 'channels':
      // These say what a level means; they are applied once, when the tensor is written.
      return canvas
  }
}

function resizedSize(from: Size, step: StepOf<'resize'>): Size {
  const { width, height } = sidesOf(step.size)
  if (step.mode === 'exact') return { width, height }
  const whole = step.round === 'round' ? roundHalfEven : Math.trunc
  const [shorter, longer] = [Math.min(from.width, from.height), Math.max(from.width, from.height)]
  const isUpright = from.height >= from.width
  if (step.mode === 'short') {
    // torchvision multiplies first (size * long / short).
    const other = whole((width * longer) / shorter)
    return isUpright ? { width, height: other } : { width: other, height: width }
  }
  // GLoRIA's and MGCA's loaders divide first (short * (size / long)), which can be one pixel less.
  const other = Math.max(1, whole(shorter * (width / longer)))
  return isUpright ? { width: other, height: width } : { width, height: other }
}

/** Refuses a size that only a line would get: by its shorter side to 512, 1 x 60000 pixels would become 31 million high. */
function bounded(to: Size): Size {
  if (to.width * to.height <= MAX_CANVAS_PX) return to
  throw new AppError('malformed_image', 'The image is far too narrow to be a radiograph.')
}

function onNewCanvas(canvas: Canvas, to: Size, place: { left: number; top: number; fill: number }): Canvas {
  const { left, top, fill } = place
  const planes = canvas.planes.map((plane) => {
    const data = new Uint8Array(to.width * to.height)
    if (fill !== 0) data.fill(fill)
    const fromX = Math.max(0, -left)
    const count = Math.min(plane.width - fromX, to.width - Math.max(0, left))
    for (let y = Math.max(0, top); y < Math.min(to.height, top + plane.height); y++) {
      const from = (y - top) * plane.width + fromX
      data.set(plane.data.subarray(from, from + count), y * to.width + Math.max(0, left))
    }
    return { ...to, data }
  })
  return { planes, geometry: geometryAfterCanvas(canvas.geometry, to, { x: left, y: top }) }
}

function planesToTensor(planes: readonly Plane[], spec: ImageSpec, shape: PreparedShape): Tensor {
  const area = shape.width * shape.height
  const dims = [1, shape.channels, shape.height, shape.width]
  const data = shape.dtype === 'uint8' ? new Uint8Array(area * shape.channels) : new Float32Array(area * shape.channels)
  for (let channel = 0; channel < shape.channels; channel++) {
    const plane = planes[channel] ?? planes[0]!
    const target = data.subarray(channel * area, (channel + 1) * area)
    if (target instanceof Uint8Array) target.set(plane.data)
    else writeValues(plane.data, valuesOfLevels(spec, channel), target)
  }
  return tensor(shape.dtype, dims, data)
}

function writeValues(levels: Uint8Array, values: Float32Array, into: Float32Array): void {
  for (let i = 0; i < levels.length; i++) into[i] = values[levels[i]!]!
}

/** What each of the 256 levels becomes in one channel, rounded to float32 after each step as the frameworks do. */
function valuesOfLevels(spec: ImageSpec, channel: number): Float32Array {
  const values = Float32Array.from({ length: LEVELS }, (_, level) => level)
  for (const step of spec.steps) {
    if (step.op === 'scale') for (let i = 0; i < LEVELS; i++) values[i]! *= step.factor
    if (step.op !== 'normalize') continue
    const mean = Math.fround(step.mean[channel] ?? step.mean[0]!)
    const std = Math.fround(step.std[channel] ?? step.std[0]!)
    for (let i = 0; i < LEVELS; i++) values[i] = Math.fround(values[i]! - mean) / std
  }
  return values
}

/** As Python's `round`: a tie goes to the even neighbour. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const isTie = value - floor === 0.5
  return isTie ? floor + (floor & 1) : Math.round(value)
}
