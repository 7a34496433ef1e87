import { AppError } from '../../errors.js'
import type { Grid } from '../../imaging/geometry.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkOutlier } from '../outlier.js'
import type { MapGolden, TextGolden } from './golden-spec.js'
import type { OnModel, SegmentationModel } from './model.js'
import { segmentations, type ProbabilityMaps } from './segmentations.js'
import type { SegmentationSpec } from './spec.js'
import { prepareTexts } from './texts.js'

export interface SegmentationGoldensInput {
  /** The prepared images that the goldens name, by file. */
  readonly images: Readonly<Record<string, { readonly pixels: Tensor }>>
}

/** Files of the images that `checkSegmentationGoldens` must be given. */
export function segmentationGoldenImages(spec: Pick<SegmentationSpec, 'goldens'>): string[] {
  return [...new Set(spec.goldens.flatMap((golden) => (golden.kind === 'segmentation' ? [golden.image] : [])))]
}

/**
 * Runs the pack's own goldens: one sentence for each that does not come out, none when the pack does what its
 * reference did. Throws whatever `run` throws.
 */
export async function checkSegmentationGoldens(input: OnModel<SegmentationGoldensInput>): Promise<string[]> {
  const faults: string[] = []
  for (const [at, golden] of input.model.spec.goldens.entries()) {
    const found = golden.kind === 'text' ? checkText(input.model, golden) : await checkMap(input, golden)
    faults.push(...found.map((fault) => `Golden ${at} (${golden.kind}): ${fault}`))
  }
  return faults
}

function checkText(model: SegmentationModel, { text, ids, words }: TextGolden): string[] {
  const [row] = prepareTexts(model, [text]).rows
  const differs = (found: ArrayLike<unknown>, expected: readonly unknown[] | undefined): boolean =>
    expected !== undefined && Array.from(found).join(' ') !== expected.join(' ')
  return [
    ...(differs(row!.encoded.ids, ids) ? ['the token ids are others.'] : []),
    ...(differs(row!.words.used, words) ? ['the words are others.'] : []),
  ]
}

async function checkMap(
  { model, run, images }: OnModel<SegmentationGoldensInput>,
  golden: MapGolden,
): Promise<string[]> {
  const image = images[golden.image]
  if (image === undefined) return [`its image ${golden.image} is missing.`]
  const map = await mapOrFault(() => segmentations({ model, run, images: [image], texts: [golden.text] }))
  if (typeof map === 'string') return [map]
  const { threshold } = model.spec.segmentation
  const mean = map.data.reduce((sum, value) => sum + value, 0) / map.data.length
  const inside = map.data.filter((value) => value > threshold).length / map.data.length
  return [
    ...differs('the mean', mean, golden.probabilities_mean, golden.tolerance),
    ...differs('the area', inside, golden.area_fraction, golden.tolerance),
    ...(golden.samples ?? []).flatMap(([column, row, expected]) =>
      differs(`the probability at ${column}, ${row}`, sampleOf(map, column, row), expected, golden.tolerance),
    ),
    ...(await checkOutlier(model.components, image.pixels, golden.outlier, run)),
  ]
}

/** A pack whose own goldens give no probabilities does not verify, which is another thing than one that fails in service. */
async function mapOrFault(ask: () => Promise<ProbabilityMaps>): Promise<Grid | string> {
  try {
    return (await ask())[0]![0]!
  } catch (error) {
    if (error instanceof AppError && error.code === 'model_output_invalid') return error.message
    throw error
  }
}

function sampleOf({ data, width, height }: Grid, column: number, row: number): number {
  return column < width && row < height ? data[row * width + column]! : NaN
}

function differs(what: string, found: number, expected: number | undefined, tolerance: number): string[] {
  if (expected === undefined) return []
  const difference = Math.abs(found - expected)
  // Not `difference > tolerance`: a NaN differs from everything.
  return difference <= tolerance ? [] : [`${what} differs by ${difference.toPrecision(3)}, more than ${tolerance}.`]
}
