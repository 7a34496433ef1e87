import { float32Data, type Tensor } from '../../tensor/tensor.js'
import { checkOutlier } from '../outlier.js'
import { embedTexts } from './embed-texts.js'
import type { ImageGolden, SimilarityGolden, StudyGolden, TextGolden } from './golden-spec.js'
import { embedImages, stackPixels } from './images.js'
import type { OnModel, PixelRow } from './model.js'
import { pairScores, preparePairs, runPairs } from './pairs.js'
import type { DualEncoderSpec } from './spec.js'
import { prepareTexts } from './texts.js'
import { fuseFilms } from './studies.js'

export interface GoldensInput {
  /** The prepared images that the goldens name, by file. */
  readonly images: Readonly<Record<string, PixelRow>>
}

/** Files of the images that `checkGoldens` must be given. */
export function goldenImages(spec: Pick<DualEncoderSpec, 'goldens'>): string[] {
  const files = spec.goldens.flatMap((golden) => {
    if (golden.kind === 'image') return [golden.image]
    return golden.kind === 'text' ? [] : golden.images
  })
  return [...new Set(files)]
}

/**
 * Runs the pack's own goldens: one sentence for each that does not come out, none when the pack does what its
 * reference did. Throws whatever `run` throws.
 */
export async function checkGoldens(input: OnModel<GoldensInput>): Promise<string[]> {
  const faults: string[] = []
  for (const [at, golden] of input.model.spec.goldens.entries()) {
    const found = await checkOne(input, golden)
    faults.push(...found.map((fault) => `Golden ${at} (${golden.kind}): ${fault}`))
  }
  return faults
}

function checkOne(input: OnModel<GoldensInput>, golden: DualEncoderSpec['goldens'][number]): Promise<string[]> {
  switch (golden.kind) {
    case 'image':
      return checkImage(input, golden)
    case 'text':
      return checkText(input, golden)
    case 'similarity':
      return checkSimilarity(input, golden)
    case 'study':
      return checkStudy(input, golden)
  }
}

async function checkImage({ model, run, images }: OnModel<GoldensInput>, golden: ImageGolden): Promise<string[]> {
  const image = images[golden.image]
  if (image === undefined) return [`its image ${golden.image} is missing.`]
  const wanted = { global: golden.global !== undefined, local: golden.local_mean !== undefined }
  const { global, local } = await embedImages(model, stackPixels([image]), wanted, run)
  return [
    ...differences('the global vector', global[0], golden.global, golden.tolerance),
    ...differences(
      'the mean of the local vectors',
      local && meanCell(local.cells),
      golden.local_mean,
      golden.tolerance,
    ),
    ...(await checkOutlier(model.components, image.pixels, golden.outlier, run)),
  ]
}

/** Mean over the cells of float32[1, cells, dims]. */
function meanCell(cells: Tensor): number[] {
  const [, count, dims] = cells.dims as [number, number, number]
  const data = float32Data(cells)
  const sums = new Array<number>(dims).fill(0)
  for (let at = 0; at < data.length; at++) sums[at % dims]! += data[at]!
  return sums.map((sum) => sum / count)
}

async function checkText({ model, run }: OnModel<GoldensInput>, golden: TextGolden): Promise<string[]> {
  const prepared = prepareTexts(model, [[golden.text]])
  const faults = differences('the token ids', prepared.rows[0]!.encoded.ids, golden.ids, 0.5)
  if (golden.global === undefined || faults.length > 0) return faults
  const [text] = await embedTexts(model, prepared, { global: true, local: false }, run)
  return differences('the global vector', text?.global, golden.global, golden.tolerance)
}

async function checkSimilarity(
  { model, run, images }: OnModel<GoldensInput>,
  golden: SimilarityGolden,
): Promise<string[]> {
  const missing = golden.images.filter((file) => images[file] === undefined)
  if (missing.length > 0) return [`its images ${missing.join(', ')} are missing.`]
  const mode = golden.local === undefined ? 'global' : golden.global === undefined ? 'local' : 'both'
  const prepared = preparePairs(model, {
    images: golden.images.map((file) => images[file]!),
    groups: golden.texts.map((text) => [text]),
    mode,
    readsWords: false,
    wantsMaps: false,
  })
  const scores = pairScores(model, prepared, await runPairs(model, prepared, run))
  const matrix = (part: 'global' | 'local'): number[] =>
    scores.flatMap((ofImage) => prepared.texts.rowOf.map((row) => ofImage[row]![part] ?? NaN))
  return [
    ...differences('the global scores', matrix('global'), golden.global?.flat(), golden.tolerance),
    ...differences('the local scores', matrix('local'), golden.local?.flat(), golden.tolerance),
  ]
}

async function checkStudy({ model, run, images }: OnModel<GoldensInput>, golden: StudyGolden): Promise<string[]> {
  const films = golden.images.flatMap((file) => images[file] ?? [])
  if (films.length < golden.images.length) return ['one of its images is missing.']
  const fusion = { global: golden.global !== undefined, memory: golden.memory_mean !== undefined, patchWeights: false }
  const study = await fuseFilms(model, films, fusion, run)
  return [
    ...differences('the vector of the study', study.global, golden.global, golden.tolerance),
    ...differences('the weights of the films', study.viewWeights, golden.view_weights, golden.tolerance),
    ...differences(
      'the mean of the memory',
      study.memory && meanCell(study.memory),
      golden.memory_mean,
      golden.tolerance,
    ),
  ]
}

function differences(
  what: string,
  found: ArrayLike<number> | undefined,
  expected: readonly number[] | undefined,
  tolerance: number,
): string[] {
  if (expected === undefined) return []
  if (found?.length !== expected.length) return [`${what}: ${found?.length ?? 0} numbers, not ${expected.length}.`]
  const worst = Math.max(...expected.map((value, at) => Math.abs(value - found[at]!)))
  // Not `worst > tolerance`: a NaN differs from everything.
  return worst <= tolerance ? [] : [`${what} differ by ${worst.toPrecision(3)}, more than ${tolerance}.`]
}
