import type { Size } from '../geometry.js'

/** Sizes that a model can make: each side from the least to the most, and a multiple. */
export interface SizeRule {
  readonly usual: Size
  readonly least: Size
  readonly most: Size
  readonly multiple: number
}

export function isWithin({ least, most, multiple }: SizeRule, { width, height }: Size): boolean {
  const isWhole = width % multiple === 0 && height % multiple === 0
  return isWhole && width >= least.width && width <= most.width && height >= least.height && height <= most.height
}

/**
 * The film's own size where it is within the rule; else of its proportions with as many pixels as the usual picture, each
 * side rounded to the multiple and kept in the range.
 */
export function sizeForFilm(rule: SizeRule, film: Size): Size {
  if (isWithin(rule, film)) return { width: film.width, height: film.height }
  const { usual, least, most, multiple } = rule
  const scale = Math.sqrt((usual.width * usual.height) / (film.width * film.height))
  const side = (px: number, from: number, to: number): number =>
    Math.min(Math.max(Math.round((px * scale) / multiple) * multiple, from), to)
  return {
    width: side(film.width, least.width, most.width),
    height: side(film.height, least.height, most.height),
  }
}
