/**
 * The grayscale pipeline of a stored sample (PS3.3 C.7.6.3, C.11 and PS3.4 N.2.1): modality LUT, values of interest,
 * presentation LUT, in float32, as tables over every value that a sample can have.
 */
import type { DataSet } from 'dicom-parser'
import { decimalsOf, optionalShort, textOf } from './elements.js'
import { dicomFault } from './fault.js'
import { lookUp, readLookupTable, type LookupTable } from './lookup-table.js'
import type { PixelFormat } from './pixel-format.js'

export interface GrayRule {
  readonly window: 'voi' | 'minmax'
  readonly invertMonochrome1: boolean
}

interface Window {
  readonly center: number
  readonly width: number
  readonly shape: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID'
}

export interface Grayscale {
  readonly modality: LookupTable | { readonly slope: number; readonly intercept: number }
  readonly voi: LookupTable | Window | undefined
  /** Presentation LUT Shape is INVERSE. */
  readonly isInverse: boolean
  /** Inclusive stored values that are no picture (C.7.5.1.1.2). */
  readonly padding: { readonly from: number; readonly to: number } | undefined
}

const SHAPES = ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'] as const

/** Of several tables or windows the first: the others are alternatives (C.11.2). A table goes before a window. */
export function readGrayscale(dataSet: DataSet, { isSigned }: PixelFormat): Grayscale {
  const table = readLookupTable(dataSet, 'x00283000', isSigned)
  const slope = decimalsOf(dataSet, 'x00281053')?.[0] ?? 1
  const intercept = decimalsOf(dataSet, 'x00281052')?.[0] ?? 0
  // The second value of a VOI LUT's descriptor is a value after the modality LUT.
  const isRescaledSigned = table === undefined && (isSigned || intercept < 0)
  return {
    modality: table ?? { slope, intercept },
    voi: readLookupTable(dataSet, 'x00283010', isRescaledSigned) ?? readWindow(dataSet),
    isInverse: textOf(dataSet, 'x20500020') === 'INVERSE',
    padding: readPadding(dataSet, isSigned),
  }
}

function readWindow(dataSet: DataSet): Window | undefined {
  const center = decimalsOf(dataSet, 'x00281050')?.[0]
  const width = decimalsOf(dataSet, 'x00281051')?.[0]
  if (center === undefined || width === undefined) return undefined
  const said = textOf(dataSet, 'x00281056') ?? 'LINEAR'
  const shape = SHAPES.find((known) => known === said)
  if (shape === undefined) throw dicomFault('its VOI LUT function is not one that is known')
  // C.11.2.1.2.1 and C.11.2.1.3.
  if (shape === 'LINEAR' ? width < 1 : width <= 0) throw dicomFault('its window has no width')
  return { center, width, shape }
}

function readPadding(dataSet: DataSet, isSigned: boolean): Grayscale['padding'] {
  const value = optionalShort(dataSet, 'x00280120', isSigned)
  if (value === undefined) return undefined
  const limit = optionalShort(dataSet, 'x00280121', isSigned) ?? value
  return { from: Math.min(value, limit), to: Math.max(value, limit) }
}

/**
 * What each value becomes between 0 (black) and 1: float32[values], where `values` are the stored values that are there,
 * padding left out. Without values of interest, and for `minmax`, the least and the greatest of them are black and white.
 */
export function grayOf(
  grayscale: Grayscale,
  values: Float32Array,
  isMonochrome1: boolean,
  rule: GrayRule,
): Float32Array {
  const modality = values.map((value) => modalityOf(grayscale, value))
  const shown =
    rule.window === 'minmax' || grayscale.voi === undefined
      ? spread(modality)
      : valuesOfInterest(modality, grayscale.voi)
  const isInverted = isMonochrome1 ? rule.invertMonochrome1 : grayscale.isInverse
  return isInverted ? shown.map((value) => 1 - value) : shown
}

function modalityOf({ modality }: Grayscale, value: number): number {
  return 'entries' in modality ? lookUp(modality, value) : modality.slope * value + modality.intercept
}

function spread(values: Float32Array): Float32Array {
  const [least, most] = extremes(values)
  return values.map((value) => (most > least ? (value - least) / (most - least) : 0))
}

function valuesOfInterest(values: Float32Array, voi: LookupTable | Window): Float32Array {
  if ('entries' in voi) return values.map((value) => lookUp(voi, value) / (2 ** voi.bits - 1))
  return values.map((value) => Math.min(Math.max(windowed(voi, value), 0), 1))
}

/** C.11.2.1.2.1 (LINEAR), C.11.2.1.3.2 (LINEAR_EXACT) and C.11.2.1.3.1 (SIGMOID), over an output from 0 to 1. */
function windowed({ center, width, shape }: Window, value: number): number {
  switch (shape) {
    case 'LINEAR':
      // A width of 1 is a step at its centre.
      if (width === 1) return value > center - 0.5 ? 1 : 0
      return (value - (center - 0.5)) / (width - 1) + 0.5
    case 'LINEAR_EXACT':
      return (value - center) / width + 0.5
    case 'SIGMOID':
      return 1 / (1 + Math.exp((-4 * (value - center)) / width))
  }
}

function extremes(values: Float32Array): [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return [least, most]
}
