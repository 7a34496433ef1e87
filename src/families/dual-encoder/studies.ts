/** Films of studies are rows of the image tower like any others; then each study becomes one vector. */
import type { Tensor } from '../../tensor/tensor.js'
import type { RunComponent } from '../family.js'
import { filmFeatures, fuseStudies } from '../views/fuse.js'
import { checkFilmCount, viewsOf, type StudyFeatures, type WantedFusion } from '../views/model.js'
import { addFilms } from '../views/places.js'
import { embedTexts } from './embed-texts.js'
import { prepareExpectedView, unexpectedFilms, type StudyWarning } from './expected-view.js'
import { embedImages, stackPixels, type ImageFeatures, type WantedFeatures } from './images.js'
import type { DualEncoderModel, PixelRow } from './model.js'
import type { PreparedTexts } from './texts.js'

/** The films of a study as given, and the row of the tower that each of them is. */
export interface PreparedStudy {
  readonly films: readonly PixelRow[]
  readonly rows: readonly number[]
}

export interface PreparedFilms {
  /** uint8 or float32[rows, c, h, w] */
  readonly pixels: Tensor | undefined
  readonly studies: readonly PreparedStudy[]
  readonly fusion: WantedFusion
  /** What the films of studies are compared with, where the pack says how they should look. */
  readonly expected?: PreparedTexts | undefined
}

export interface EmbeddedStudy extends StudyFeatures {
  /** Absent where the pack does not say how films should look. */
  readonly warnings?: readonly StudyWarning[]
}

export interface FilmOutputs {
  readonly images: ImageFeatures
  /** In the order of `prepared.studies`. */
  readonly studies: readonly EmbeddedStudy[]
}

/** The features of one study of these films. Throws what `fuseStudies` throws. */
export async function fuseFilms(
  model: DualEncoderModel,
  films: readonly PixelRow[],
  fusion: WantedFusion,
  run: RunComponent,
): Promise<StudyFeatures> {
  const prepared = prepareStudy(model, films, fusion)
  const { studies } = await embedFilms(model, prepared, { global: false, local: false }, run)
  return studies[0]!
}

/** One study and nothing else. Throws `invalid_option` for no film or more than the pack takes. */
export function prepareStudy(model: DualEncoderModel, films: readonly PixelRow[], fusion: WantedFusion): PreparedFilms {
  checkFilmCount(model, films.length)
  const stack: PixelRow[] = []
  const rows = addFilms(viewsOf(model), films, stack)
  return { pixels: stackPixels(stack), studies: [{ films, rows }], fusion, expected: prepareExpectedView(model) }
}

/** Runs the tower once on all rows, then the fusion of the studies among them. `wanted`: of films that are read alone. */
export async function embedFilms(
  model: DualEncoderModel,
  prepared: PreparedFilms,
  wanted: WantedFeatures,
  run: RunComponent,
): Promise<FilmOutputs> {
  const { pixels, studies, fusion, expected } = prepared
  if (studies.length === 0) return { images: await embedImages(model, pixels, wanted, run), studies: [] }
  const needed = filmFeatures(model, fusion)
  const both = {
    global: wanted.global || needed.global || expected !== undefined,
    local: wanted.local || needed.local,
  }
  const [images, texts] = await Promise.all([
    embedImages(model, pixels, both, run),
    expected && embedTexts(model, expected, { global: true, local: false }, run),
  ])
  const films = studies.map((study) => ({ ...study, features: images }))
  const fused = await fuseStudies(model, films, fusion, run)
  const view = model.spec.expected_view
  if (expected === undefined || texts === undefined || view === undefined) return { images, studies: fused }
  const warned = fused.map((study, at): EmbeddedStudy => {
    const vectors = studies[at]!.rows.map((row) => images.global[row]!)
    return { ...study, warnings: unexpectedFilms(view, { prepared: expected, features: texts }, vectors) }
  })
  return { images, studies: warned }
}
