/** Which sizes a pack can make. */
import { AppError } from '../../errors.js'
import type { Size } from '../../imaging/geometry.js'
import { isWithin, type SizeRule } from '../../imaging/synthesis/size-rule.js'
import type { DiffusionSection } from './spec.js'

type Sections = Pick<DiffusionSection, 'sizes'>

export function sizeRule({ sizes }: Sections): SizeRule {
  return {
    usual: sizeOf(sizes.default),
    least: sizeOf(sizes.min),
    most: sizeOf(sizes.max),
    multiple: sizes.multiple,
  }
}

/** Throws `invalid_option` for a size that the pack cannot make. */
export function checkSize(section: Sections, size: Size): Size {
  if (isWithin(sizeRule(section), size)) return size
  const { min, max, multiple } = section.sizes
  throw new AppError(
    'invalid_option',
    `The model makes pictures of ${min.join('x')} to ${max.join('x')} pixels, each side a multiple of ${multiple}.`,
  )
}

/** Columns and rows of latents of a picture. */
export function latentSize({ latents }: Pick<DiffusionSection, 'latents'>, { width, height }: Size): Size {
  return { width: width / latents.factor, height: height / latents.factor }
}

function sizeOf([width, height]: readonly [number, number]): Size {
  return { width, height }
}
