import { AppError } from '../../errors.js'
import type { OnModel, PixelRow } from './model.js'
import type { DualEncoderSpec } from './spec.js'

export interface GoldensInput {
  /** The prepared images that the goldens name, by file. */
  readonly images: Readonly<Record<string, PixelRow>>
}

/** Files of the images that `checkGoldens` must be given. */
export function goldenImages(spec: DualEncoderSpec): string[] {
  const files = spec.goldens.flatMap((golden) => {
    if (golden.kind === 'image') return [golden.image]
    return golden.kind === 'similarity' ? golden.images : []
  })
  return [...new Set(files)]
}

/** One sentence for each golden that does not come out, none when the pack does what its reference did. */
export function checkGoldens(input: OnModel<GoldensInput>): Promise<string[]> {
  return Promise.reject(new AppError('internal', `${input.model.spec.goldens.length} goldens: not written yet.`))
}
