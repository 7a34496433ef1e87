import { AppError } from '../../errors.js'
import type { Grid } from '../../imaging/geometry.js'
import { sigmoid } from '../../tensor/ops.js'
import { float32Data, type NamedTensors, type Tensor } from '../../tensor/tensor.js'
import { specOfKind } from '../tensor-specs.js'
import { componentOf } from '../graph-io.js'
import { encodeImages, encodeTexts, runSegmenter } from './runs.js'
import type { OnModel, SegmentationModel } from './model.js'
import { prepareTexts, type PreparedTexts, type SegmentationText } from './texts.js'
import type { RunComponent } from '../family.js'

/** How far beyond 0 and 1 a graph's probability may lie by rounding. */
const ROUNDING = 1e-3

export interface SegmentationsInput {
  /** Pixels of dims [1, c, h, w], as the pack's image steps left them. */
  readonly images: readonly { readonly pixels: Tensor }[]
  readonly texts: readonly string[]
}

export interface PreparedSegmentations {
  readonly pixels: readonly Tensor[]
  readonly texts: PreparedTexts
}

/** Probabilities over the prepared image, by image and then by text as given. */
export type ProbabilityMaps = readonly (readonly Grid[])[]

/** Throws `invalid_text`. */
export function prepareSegmentations(model: SegmentationModel, input: SegmentationsInput): PreparedSegmentations {
  return { pixels: input.images.map(({ pixels }) => pixels), texts: prepareTexts(model, input.texts) }
}

/** The text tower and the image tower once for each text and film, then the segmenter for each pair. */
export async function runSegmentations(
  model: SegmentationModel,
  { pixels, texts }: PreparedSegmentations,
  run: RunComponent,
): Promise<ProbabilityMaps> {
  const asked = texts.rows.filter((row) => !isEmptyByRule(model, row))
  const [films, words] = await Promise.all([encodeImages(model, pixels, run), encodeTexts(model, asked, run)])
  const maps = await runSegmenter(model, films, words, run)
  return films.map((_, film) =>
    texts.rowOf.map((row) => {
      const at = asked.indexOf(texts.rows[row]!)
      return at < 0 ? emptyMap(model) : readMap(model, maps[film]![at]!)
    }),
  )
}

/** A pack can say that a text which names nothing it knows is answered without asking the graph. */
function isEmptyByRule({ spec }: SegmentationModel, { isKnown }: SegmentationText): boolean {
  return !isKnown && spec.segmentation.known?.on_unknown === 'empty'
}

/** [rows, columns] of the segmenter's map; `faults()` made sure that they are numbers. */
export function mapSize(model: SegmentationModel): readonly [height: number, width: number] {
  const { outputs } = componentOf(model, 'segmenter')
  const spec = specOfKind(outputs, 'probabilities') ?? specOfKind(outputs, 'logits')
  return [Number(spec?.dims[2]), Number(spec?.dims[3])]
}

function emptyMap(model: SegmentationModel): Grid {
  const [height, width] = mapSize(model)
  return { data: new Float32Array(height * width), width, height }
}

/** `outputs`: one row of kind `probabilities` or `logits`, float32[1, 1, h, w]. Throws `model_output_invalid`. */
function readMap(model: SegmentationModel, outputs: NamedTensors): Grid {
  const [height, width] = mapSize(model)
  const logits = outputs['logits']
  const values = float32Data(logits ?? outputs['probabilities']!)
  if (values.length !== height * width) throw unusable()
  const data = new Float32Array(values.length)
  for (let i = 0; i < data.length; i++) {
    const probability = logits === undefined ? values[i]! : sigmoid(values[i]!)
    // Not `< … || > …`: NaN is neither.
    if (!(probability >= -ROUNDING && probability <= 1 + ROUNDING)) throw unusable()
    data[i] = Math.min(Math.max(probability, 0), 1)
  }
  return { data, width, height }
}

function unusable(): AppError {
  return new AppError('model_output_invalid', 'The segmenter gave values that are no probabilities.')
}

/** Runs the task from prepared images to maps. */
export async function segmentations(input: OnModel<SegmentationsInput>): Promise<ProbabilityMaps> {
  return runSegmentations(input.model, prepareSegmentations(input.model, input), input.run)
}
