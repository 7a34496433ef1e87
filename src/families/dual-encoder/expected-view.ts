/** Films that look like another view than a pack was made for: a lateral where frontal films are read, say. */
import { dot } from '../../tensor/ops.js'
import type { TextFeatures } from './embed-texts.js'
import type { DualEncoderModel } from './model.js'
import type { ExpectedView } from './spec.js'
import { prepareTexts, type PreparedTexts } from './texts.js'

export interface StudyWarning {
  readonly code: 'unexpected_view'
  /** Index of the film as given. */
  readonly film: number
  readonly detail: string
}

const DETAIL = 'The film looks like another view than those that the model was made for.'

/** The texts of the pack's `expected_view`, those that are expected first; `undefined` where it has none. */
export function prepareExpectedView(model: DualEncoderModel): PreparedTexts | undefined {
  const expected = model.spec.expected_view
  if (expected === undefined) return undefined
  return prepareTexts(
    model,
    [...expected.prompts, ...expected.others].map((text) => [text]),
  )
}

/**
 * Which of a study's films are like one of `others` more than like any of `prompts`, by more than the margin: the
 * difference of the best cosines. `vectors`: of unit length, by film as given.
 */
export function unexpectedFilms(
  { prompts, margin }: ExpectedView,
  texts: { readonly prepared: PreparedTexts; readonly features: readonly TextFeatures[] },
  vectors: readonly Float32Array[],
): StudyWarning[] {
  const ofTexts = texts.prepared.rowOf.map((row) => texts.features[row]!.global!)
  const best = (vector: Float32Array, among: readonly Float32Array[]): number =>
    Math.max(...among.map((text) => dot(vector, text)))
  return vectors.flatMap((vector, film): StudyWarning[] => {
    const others = best(vector, ofTexts.slice(prompts.length))
    const isOther = others - best(vector, ofTexts.slice(0, prompts.length)) > margin
    return isOther ? [{ code: 'unexpected_view', film, detail: DETAIL }] : []
  })
}
