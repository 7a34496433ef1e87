import type { DualEncoderModel } from './model.js'

/** How the pack's maps are drawn; the values that are answered are as the graph gave them. */
export interface MapDisplay {
  /** Standard deviation of a Gaussian, in cells; 0 is none. */
  readonly smoothSigma: number
  /** Whose least and most value the colours span: of all words of the text, or of the one that is drawn. */
  readonly range: 'words' | 'word'
}

export function mapDisplay({ spec }: DualEncoderModel): MapDisplay {
  return {
    smoothSigma: spec.maps?.smooth_sigma ?? 0,
    range: spec.maps?.display === 'minmax-word' ? 'word' : 'words',
  }
}
