import type { Segment } from '../../imaging/mask/segment.js'
import type { SegmentationModel } from './model.js'
import type { SegmentationText } from './texts.js'

export const SEGMENTATION_WARNINGS = [
  'unknown_text',
  'unknown_words',
  'words_cut',
  'out_of_domain',
  'empty_mask',
  'low_confidence',
] as const

/** Why an answer deserves less trust than it seems to. `detail` is for people. */
export interface SegmentationWarning {
  readonly code: (typeof SEGMENTATION_WARNINGS)[number]
  readonly detail: string
}

const MAX_NAMED_WORDS = 20

export interface Evidence {
  readonly text: SegmentationText
  readonly segment: Pick<Segment, 'areaPx' | 'maxProbability'>
  /** How coloured the file is: `channelSpread`. */
  readonly channelSpread: number
}

export function warningsOf(
  { spec }: SegmentationModel,
  { text, segment, channelSpread }: Evidence,
): SegmentationWarning[] {
  const { structures, low_confidence_below: leastTop = 0, domain } = spec.segmentation
  const { unknownWords, words } = text
  const isEmpty = segment.areaPx === 0
  const found: [holds: boolean, code: SegmentationWarning['code'], detail: string][] = [
    [
      !text.isKnown,
      'unknown_text',
      `The text names nothing that the model outlines (${structures.map(({ name }) => name).join(', ')}).`,
    ],
    [unknownWords.length > 0, 'unknown_words', `The model has not seen these words: ${listed(unknownWords)}.`],
    [
      words.cut.length > 0,
      'words_cut',
      `The model does not read all of the text: ${words.cut.length} words or more are cut.`,
    ],
    [
      domain !== undefined && channelSpread > domain.max_channel_spread,
      'out_of_domain',
      'The picture is coloured, as no radiograph is; what is outlined means nothing.',
    ],
    [isEmpty, 'empty_mask', 'Nowhere does the probability pass the threshold, or nothing was left after cleaning.'],
    [
      !isEmpty && segment.maxProbability < leastTop,
      'low_confidence',
      `The greatest probability is ${segment.maxProbability.toFixed(3)}.`,
    ],
  ]
  return found.flatMap(([holds, code, detail]) => (holds ? [{ code, detail }] : []))
}

function listed(words: readonly string[]): string {
  const named = words.slice(0, MAX_NAMED_WORDS).join(', ')
  return words.length > MAX_NAMED_WORDS ? `${named} and ${words.length - MAX_NAMED_WORDS} more` : named
}
