/**
 * What the schema of the steps cannot say: which orders make sense, and that every film comes out at one size. Sizes
 * are followed as bounds, since the film's own size is not known when a pack is read.
 */
import { AppError } from '../errors.js'
import { sidesOf, type ImageSpec, type Step, type StepOf } from './steps.js'

interface Bounds {
  readonly minWidth: number
  readonly maxWidth: number
  readonly minHeight: number
  readonly maxHeight: number
  /** The longer side, where a step has just fixed it. */
  readonly longer?: number
}

interface Progress {
  bounds: Bounds
  isGray: boolean
  hasChannels: boolean
  isFloat: boolean
  readonly faults: string[]
}

/** What an `ImageSpec` makes of any film: the dims of the tensor after the batch dim, and its dtype. */
export interface PreparedShape {
  readonly channels: 1 | 3
  readonly height: number
  readonly width: number
  readonly dtype: 'uint8' | 'float32'
}

const UNKNOWN: Bounds = { minWidth: 1, maxWidth: Infinity, minHeight: 1, maxHeight: Infinity }

/** One sentence a fault, none when the steps can be applied to every film. */
export function imageSpecFaults(spec: ImageSpec): string[] {
  return follow(spec).faults
}

/** The shape that every film gets. Throws `model_invalid` with the faults of a spec that is not sound. */
export function preparedShape(spec: ImageSpec): PreparedShape {
  const { faults, bounds, isFloat } = follow(spec)
  if (faults.length > 0) throw new AppError('model_invalid', `The image steps are not sound: ${faults.join(' ')}`)
  const channels = spec.steps.findLast((step) => step.op === 'channels')?.count ?? 1
  return { channels, height: bounds.maxHeight, width: bounds.maxWidth, dtype: isFloat ? 'float32' : 'uint8' }
}

function follow(spec: ImageSpec): Progress {
  const progress: Progress = { bounds: UNKNOWN, isGray: false, hasChannels: false, isFloat: false, faults: [] }
  spec.steps.forEach((step, index) => {
    for (const fault of faultsOf(step, progress)) progress.faults.push(`Step ${index} (${step.op}): ${fault}`)
    advance(step, progress)
  })
  const { bounds } = progress
  if (bounds.minWidth !== bounds.maxWidth || bounds.minHeight !== bounds.maxHeight) {
    progress.faults.push('The steps must end in one size for every film: add an exact resize, a crop or a pad.')
  }
  if (!progress.isGray && !progress.hasChannels) {
    progress.faults.push('Without gray a film may have 1 or 3 channels: add gray, or channels with count 3.')
  }
  const channels = spec.steps.findLast((step) => step.op === 'channels')?.count ?? 1
  spec.steps.forEach((step, index) => {
    if (step.op === 'normalize') progress.faults.push(...normalizeFaults(step, index, channels))
  })
  return progress
}

function faultsOf(step: Step, { bounds, isGray, hasChannels, isFloat }: Progress): string[] {
  const isGeometric = step.op === 'resize' || step.op === 'pad' || step.op === 'crop'
  if ((isGeometric || step.op === 'gray') && isFloat) return ['must come before scale and normalize.']
  switch (step.op) {
    case 'gray':
      return isGray || hasChannels ? ['must come once, and before channels.'] : []
    case 'resize':
      return typeof step.size !== 'number' && step.mode !== 'exact' ? [`mode ${step.mode} takes one number.`] : []
    case 'pad':
      return padFaults(step, bounds)
    case 'crop':
      return cropFaults(step, bounds)
    case 'channels':
      if (hasChannels) return ['must come once.']
      return step.count === 1 && !isGray ? ['count 1 needs gray before it.'] : []
    case 'scale':
    case 'normalize':
      return []
  }
}

function padFaults(step: StepOf<'pad'>, bounds: Bounds): string[] {
  if (step.to === 'square') return []
  if (step.least !== undefined) return ['least is for a pad to a square.']
  const { width, height } = sidesOf(step.to)
  if (bounds.maxWidth <= width && bounds.maxHeight <= height) return []
  return [`an image larger than ${width}x${height} may arrive here, and pad does not cut: resize it before.`]
}

function cropFaults(step: StepOf<'crop'>, bounds: Bounds): string[] {
  const { width, height } = sidesOf(step.size)
  if (bounds.minWidth >= width && bounds.minHeight >= height) return []
  return [`an image smaller than ${width}x${height} may arrive here, and crop does not pad: resize it before.`]
}

function normalizeFaults(step: StepOf<'normalize'>, index: number, channels: number): string[] {
  const fits = (length: number) => length === 1 || length === channels
  if (fits(step.mean.length) && fits(step.std.length)) return []
  return [`Step ${index} (normalize): mean and std need 1 value or ${channels}, as many as there are channels.`]
}

function advance(step: Step, progress: Progress): void {
  if (step.op === 'gray') progress.isGray = true
  else if (step.op === 'channels') progress.hasChannels = true
  else if (step.op === 'scale' || step.op === 'normalize') progress.isFloat = true
  else progress.bounds = boundsAfter(step, progress.bounds)
}

function boundsAfter(step: StepOf<'resize' | 'pad' | 'crop'>, before: Bounds): Bounds {
  if (step.op === 'crop') return exactly(sidesOf(step.size))
  if (step.op === 'pad') {
    if (step.to !== 'square') return exactly(sidesOf(step.to))
    const least = step.least ?? 1
    if (before.longer !== undefined) {
      const side = Math.max(before.longer, least)
      return exactly({ width: side, height: side })
    }
    const min = Math.max(before.minWidth, before.minHeight, least)
    const max = Math.max(before.maxWidth, before.maxHeight, least)
    return { minWidth: min, maxWidth: max, minHeight: min, maxHeight: max }
  }
  const { width, height } = sidesOf(step.size)
  if (step.mode === 'exact') return exactly({ width, height })
  if (step.mode === 'short') return { minWidth: width, maxWidth: Infinity, minHeight: width, maxHeight: Infinity }
  return { minWidth: 1, maxWidth: width, minHeight: 1, maxHeight: width, longer: width }
}

function exactly({ width, height }: { width: number; height: number }): Bounds {
  return { minWidth: width, maxWidth: width, minHeight: height, maxHeight: height }
}
