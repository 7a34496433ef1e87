import { AppError, type UnfitReason } from '../errors.js'
import type { DicomFacts } from '../imaging/dicom/facts.js'
import type { PreparedImage } from '../imaging/image-pool.js'
import type { ImageSpec } from '../imaging/steps.js'
import type { Meter } from '../ports.js'

export interface GateOptions {
  readonly mode: 'enforce' | 'warn' | 'off'
  /** Bytes before over bytes after, above which a film is unfit. */
  readonly maxLossyRatio: number
  /** What becomes of films that the model's own encoder does not know. */
  readonly outliers: 'enforce' | 'warn' | 'off'
  /** Of the pack's limit. */
  readonly maxOutlierScore: number
}

export interface UnfitFilm {
  /** Index as given. */
  readonly image: number
  readonly reason: UnfitReason
}

export interface GateQuestion {
  readonly spec: Pick<ImageSpec, 'dicom'>
  /** Indices of the films of each study: they must be of one patient and one study. */
  readonly studies?: readonly (readonly number[])[]
}

type Film = Pick<PreparedImage, 'dicom'>

/**
 * Holds what a DICOM film says of itself, and what a model's encoder makes of any film, against what the model was made for, so
 * that a film of something else gets the answer "unfit" and no score. Files of other formats say nothing of themselves.
 */
export interface Gate {
  /** What is unfit, where the gate only warns. Throws `image_unfit` with its reason for the first film where it enforces. */
  check(films: readonly Film[], question: GateQuestion): readonly UnfitFilm[]
  /** Absent where nobody wants to know. */
  readonly outliers?: OutlierGate
}

export interface OutlierGate {
  /** As `check`. `scores`: by film, `undefined` for one without; above the greatest allowed one a film is unfit. */
  check(scores: readonly (number | undefined)[]): readonly UnfitFilm[]
}

export function createGate(options: GateOptions, meter: Meter): Gate {
  const { mode, maxLossyRatio, maxOutlierScore } = options
  const outliers = mode === 'off' ? 'off' : options.outliers
  const judge = (unfit: readonly UnfitFilm[], isEnforced: boolean, films: number): readonly UnfitFilm[] => {
    for (const { reason } of unfit) meter.count('radserve_unfit_films_total', { reason })
    const [first] = unfit
    if (isEnforced && first !== undefined) throw unfitError(first, films)
    return unfit
  }
  return {
    check(films, { spec, studies = [] }) {
      if (mode === 'off') return []
      const views = spec.dicom?.views ?? 'frontal'
      const unfit = [
        ...films.flatMap(({ dicom }, image) =>
          dicom === undefined ? [] : reasonsOf(dicom, { views, maxLossyRatio }).map((reason) => ({ image, reason })),
        ),
        ...studies.flatMap((study) => strangersOf(films, study)),
      ]
      return judge(unfit, mode === 'enforce', films.length)
    },
    ...(outliers !== 'off' && {
      outliers: {
        check(scores) {
          const unfit = scores.flatMap((score = 0, image): UnfitFilm[] =>
            score > maxOutlierScore ? [{ image, reason: 'out_of_distribution' }] : [],
          )
          return judge(unfit, outliers === 'enforce', scores.length)
        },
      },
    }),
  }
}

/** Fewer than any film of a patient has: a test pattern, a blank exposure, or a window that shows nothing. */
const FEWEST_LEVELS = 16

interface Bounds {
  readonly views: 'frontal' | 'any'
  readonly maxLossyRatio: number
}

function reasonsOf(facts: DicomFacts, { views, maxLossyRatio }: Bounds): UnfitReason[] {
  const found: (readonly [isSo: boolean, reason: UnfitReason])[] = [
    [facts.modality === 'other', 'modality'],
    [facts.bodyPart === 'other', 'body_part'],
    [facts.isForProcessing, 'for_processing'],
    [views === 'frontal' && facts.view === 'unknown', 'view_unknown'],
    [views === 'frontal' && facts.view !== 'unknown' && facts.view !== 'frontal', 'view'],
    [facts.storedLevels < FEWEST_LEVELS || facts.grayLevels < FEWEST_LEVELS, 'pixel_range'],
    [(facts.lossyRatio ?? 1) > maxLossyRatio, 'lossy_ratio'],
  ]
  return found.flatMap(([isSo, reason]) => (isSo ? [reason] : []))
}

/** Films that say that they are of another patient or study than the first that says anything. */
function strangersOf(films: readonly Film[], study: readonly number[]): UnfitFilm[] {
  const differing = (kind: 'patient' | 'study', reason: UnfitReason): UnfitFilm[] => {
    const said = study.flatMap((image) => {
      const id = films[image]?.dicom?.ids[kind]
      return id === undefined ? [] : [{ image, id }]
    })
    return said.filter(({ id }) => id !== said[0]!.id).map(({ image }) => ({ image, reason }))
  }
  return [...differing('patient', 'other_patient'), ...differing('study', 'other_study')]
}

const DETAILS: Readonly<Record<UnfitReason, string>> = {
  multi_frame: 'The film has several frames.',
  photometric: 'The film is not gray.',
  modality: 'The film is of another modality than CR and DX.',
  body_part: 'The film is of another part of the body than the chest.',
  view: 'The film is no frontal one, and the model reads no other.',
  view_unknown: 'The film does not say its view, and the model reads frontal ones only.',
  for_processing: 'The film is FOR PROCESSING: a detector’s raw picture, not one that is meant to be read.',
  pixel_range: 'The film has almost no contrast.',
  lossy_ratio: 'The film was compressed more than is allowed.',
  other_patient: 'The films of the study are of different patients.',
  other_study: 'The films are of different studies.',
  out_of_distribution: 'The film is unlike those that the model was made from.',
}

function unfitError({ image, reason }: UnfitFilm, films: number): AppError {
  return new AppError('image_unfit', DETAILS[reason], { details: { reason, ...(films > 1 && { image }) } })
}
