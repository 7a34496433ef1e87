/** Which sizes a pack can make, and which one is taken for a film when none is asked for. */
import { AppError } from '../../errors.js'
import type { Size } from '../../imaging/geometry.js'
import type { DiffusionSection } from './spec.js'

type SizesSection = Pick<DiffusionSection, 'sizes'>

/** Why the pack cannot make a picture of [width, height], or `undefined`. */
export function sizeFault({ sizes }: SizesSection, [width, height]: readonly [number, number]): string | undefined {
  const { min, max, multiple } = sizes
  const fits = (side: number, axis: 0 | 1): boolean =>
    Number.isInteger(side) && side >= min[axis] && side <= max[axis] && side % multiple === 0
  if (fits(width, 0) && fits(height, 1)) return undefined
  return `The size is from ${min.join('x')} to ${max.join('x')}, each side a multiple of ${multiple}.`
}

/** Throws `invalid_option` for a size that the pack cannot make. */
export function checkSize(section: SizesSection, size: Size): Size {
  const fault = sizeFault(section, [size.width, size.height])
  if (fault !== undefined) throw new AppError('invalid_option', fault)
  return size
}

export function defaultSize({ sizes }: SizesSection): Size {
  const [width, height] = sizes.default
  return { width, height }
}

/**
 * The film's own size where the pack can make it; else of its proportions, as many pixels as the pack's usual picture,
 * each side rounded to the multiple and kept in the range.
 */
export function sizeForFilm(section: SizesSection, film: Size): Size {
  const { sizes } = section
  if (sizeFault(section, [film.width, film.height]) === undefined) return film
  const usual = defaultSize(section)
  const scale = Math.sqrt((usual.width * usual.height) / (film.width * film.height))
  const sideOf = (side: number, axis: 0 | 1): number => {
    const near = Math.round((side * scale) / sizes.multiple) * sizes.multiple
    return Math.min(Math.max(near, sizes.min[axis]), sizes.max[axis])
  }
  return { width: sideOf(film.width, 0), height: sideOf(film.height, 1) }
}
