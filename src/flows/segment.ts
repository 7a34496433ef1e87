import { AppError } from '../errors.js'
import { codingOf } from '../families/segmentation/coding.js'
import { lateralityOf, type Laterality, type PatientLeft } from '../families/segmentation/laterality.js'
import type { SegmentationModel } from '../families/segmentation/model.js'
import type { SegmentCoding } from '../families/segmentation/spec.js'
import {
  prepareSegmentations,
  runSegmentations,
  type PreparedSegmentations,
} from '../families/segmentation/segmentations.js'
import type { WordsRead } from '../families/segmentation/texts.js'
import { warningsOf, type SegmentationWarning } from '../families/segmentation/warnings.js'
import type { Usage } from '../families/token-feeds.js'
import type { Grid } from '../imaging/geometry.js'
import type { DicomFacts, SpacingKind } from '../imaging/dicom/facts.js'
import type { PreparedImage } from '../imaging/image-pool.js'
import type { PixelSpacingMm } from '../imaging/mask/agreement.js'
import type { Region, Segment, SegmentJob, SegmentPart } from '../imaging/mask/segment.js'
import type { Demand } from '../ports.js'
import { startTimings, type Answer, type TaskRequest } from './answer.js'
import { toldOf, watchFilms } from './film-watch.js'
import { segmentationOf, type LiveModel } from './live-model.js'
import type { PredictDeps } from './predict.js'
import { readTexts } from './read-texts.js'
import { createRunner } from './runner.js'
import { observeStages, prepareImages, type EncodedImage } from './stages.js'
import { withModel } from './with-model.js'

/** Every text is looked for in every film. What is left out is the pack's own. */
export interface SegmentationsRequest extends TaskRequest {
  readonly images: readonly EncodedImage[]
  readonly texts: readonly string[]
  readonly threshold?: number
  readonly fillHoles?: boolean
  readonly minAreaPx?: number
  readonly largest?: number
  readonly parts: readonly SegmentPart[]
  /** Reference masks, one for each answer: every text of the first film, then of the second … */
  readonly truths?: readonly EncodedImage[]
  /** Of every film; left out, what its DICOM file says. */
  readonly spacingMm?: PixelSpacingMm
  readonly patientLeft?: PatientLeft
  /** Pixels that maps of probabilities may have in one answer, all together. */
  readonly maxMapPixels?: number
}

/** Of the film's pixels, [down, across]: as the caller says, or as its DICOM file does. */
export interface FilmSpacing {
  readonly mm: PixelSpacingMm
  readonly source: 'request' | SpacingKind
}

export interface SideRegion extends Region {
  readonly laterality: Laterality
}

export interface Segmentation extends Segment {
  /** Index of the film and of the text as given. */
  readonly image: number
  readonly text: number
  readonly threshold: number
  readonly words: WordsRead
  readonly warnings: readonly SegmentationWarning[]
  /** What it is in codes, where the pack says it. */
  readonly coding?: SegmentCoding
  /** Where it is known. */
  readonly spacing?: FilmSpacing
  readonly regions: readonly SideRegion[]
}

export interface SegmentationsResult {
  /** Every text of the first film, then every text of the second, and so on. */
  readonly items: readonly Segmentation[]
  readonly usage: Usage
}

export function createSegment(deps: PredictDeps) {
  return (request: SegmentationsRequest): Promise<Answer<SegmentationsResult>> =>
    withModel(deps, request, 'segmentations', (live, demand) => perform(deps, { request, live, demand }))
}

interface Errand {
  readonly request: SegmentationsRequest
  readonly live: LiveModel
  readonly demand: Demand
}

async function perform(deps: PredictDeps, errand: Errand): Promise<Answer<SegmentationsResult>> {
  const { request, live, demand } = errand
  const { clock } = deps
  const timings = startTimings()
  const { signal } = demand
  const readStart = clock.nowMs()
  const opened = segmentationOf(live)
  const model = { ...opened, tokenizer: await readTexts(opened.tokenizer, request.texts, { clock, signal }) }
  timings.prepareMs += clock.nowMs() - readStart
  const images = await prepareImages(deps.images, request.images, { spec: model.spec.image, demand, timings })
  const unfit = deps.gate.check(images, { spec: model.spec.image })
  checkMapPixels(request, images)
  const runner = createRunner(live, demand, deps)
  const prepareStart = clock.nowMs()
  const prepared = prepareSegmentations(model, { images, texts: request.texts })
  timings.prepareMs += clock.nowMs() - prepareStart
  const watch = watchFilms(runner, { components: model.components, films: images, gate: deps.gate })
  const maps = await runSegmentations(model, prepared, watch.run)
  timings.queueMs = runner.queueMs
  timings.runMs = runner.runMs
  const finishStart = clock.nowMs()
  const pairs = maps.flatMap((ofImage, image) => ofImage.map((grid, text) => ({ grid, image, text })))
  const segments = await Promise.all(
    pairs.map((pair, at) => deps.images.segment(jobOf(model, request, { ...pair, at, images }), signal)),
  )
  const items = segments.map((segment, at) => itemOf(model, request, { ...pairs[at]!, segment, images, prepared }))
  timings.finishMs = clock.nowMs() - finishStart
  observeStages(deps.meter, 'segmentations', timings)
  const result = { items, usage: prepared.texts.usage }
  return { model: live.identity, result, timings, files: runner.files, ...toldOf(images, unfit, watch) }
}

interface Outlined {
  readonly segment: Segment
  readonly image: number
  readonly text: number
  readonly images: readonly PreparedImage[]
  readonly prepared: PreparedSegmentations
}

function itemOf(
  model: SegmentationModel,
  request: SegmentationsRequest,
  { segment, image, text, images, prepared: { texts } }: Outlined,
): Segmentation {
  const row = texts.rows[texts.rowOf[text]!]!
  const { channelSpread, original, dicom } = images[image]!
  const spacing = spacingOf(request, images[image]!)
  const coding = codingOf(model.spec.segmentation, row.text)
  return {
    ...segment,
    ...{ image, text, threshold: thresholdOf(model, request), words: row.words },
    ...(spacing && { spacing }),
    ...(coding && { coding }),
    warnings: warningsOf(model, { text: row, segment, channelSpread }),
    regions: segment.regions.map((region) => ({
      ...region,
      laterality: lateralityOf(region.centroid, original, request.patientLeft ?? patientLeftOf(dicom)),
    })),
  }
}

function spacingOf(
  { spacingMm }: SegmentationsRequest,
  { dicom }: Pick<PreparedImage, 'dicom'>,
): FilmSpacing | undefined {
  if (spacingMm !== undefined) return { mm: spacingMm, source: 'request' }
  if (dicom?.spacingMm === undefined || dicom.spacingKind === undefined) return undefined
  return { mm: dicom.spacingMm, source: dicom.spacingKind }
}

/** Rows that go to the patient's right have the left where they begin; a film that does not say is in its standard place. */
function patientLeftOf(dicom: DicomFacts | undefined): PatientLeft {
  return dicom?.orientation?.row.startsWith('R') === true ? 'image_left' : 'image_right'
}

function thresholdOf({ spec }: SegmentationModel, { threshold }: SegmentationsRequest): number {
  return threshold ?? spec.segmentation.threshold
}

interface Pair {
  readonly grid: Grid
  readonly image: number
  /** Index among the answers. */
  readonly at: number
  readonly images: readonly PreparedImage[]
}

function jobOf(model: SegmentationModel, request: SegmentationsRequest, pair: Pair): SegmentJob {
  const { parts, truths } = request
  const defaults = model.spec.segmentation.defaults ?? {}
  const largest = request.largest ?? defaults.largest
  const truth = truths?.[pair.at]
  const { geometry, source } = pair.images[pair.image]!
  const spacingMm = spacingOf(request, pair.images[pair.image]!)?.mm
  return {
    grid: pair.grid,
    geometry,
    ...(source && { source }),
    threshold: thresholdOf(model, request),
    cleaning: {
      fillHoles: request.fillHoles ?? defaults.fill_holes ?? false,
      minAreaPx: request.minAreaPx ?? defaults.min_area_px ?? 0,
      ...(largest !== undefined && { largest }),
    },
    parts,
    ...(spacingMm && { spacingMm }),
    ...(parts.includes('overlay') && { film: request.images[pair.image]! }),
    ...(truth && { truth }),
  }
}

/** A map of a large film has 120 MB as float32; an answer of many would neither fit into memory nor be written at once. */
function checkMapPixels(request: SegmentationsRequest, images: readonly PreparedImage[]): void {
  const { parts, texts, maxMapPixels = Infinity } = request
  const kinds = parts.filter((part) => part.startsWith('probability')).length
  const pixels = images.reduce((sum, { original }) => sum + original.width * original.height, 0)
  if (pixels * kinds * texts.length <= maxMapPixels) return
  throw new AppError(
    'too_large',
    `The maps of probabilities in one answer have at most ${maxMapPixels} pixels; ask for one as a file.`,
    {
      details: { limit: 'MAX_MAP_PIXELS' },
    },
  )
}
