import { firstPhrase, type StructuredFinding } from './findings.js'
import type { Generation } from './spec.js'
import type { WrittenReport } from './write-report.js'

export const REPORT_WARNINGS = [
  'cut_short',
  'contradiction',
  'unfit_films',
  'unread_tokens',
  'unexpected_view',
] as const

/** Why a report deserves less trust than it seems to. `detail` is for people. */
export interface ReportWarning {
  readonly code: (typeof REPORT_WARNINGS)[number]
  /** Index of the film as given, where it is about one. */
  readonly film?: number
  readonly detail: string
}

export function reportWarnings(
  { unfit, unk }: Generation,
  { end, text, tokens, filmWarnings = [] }: Pick<WrittenReport, 'end' | 'text' | 'tokens' | 'filmWarnings'>,
  findings: readonly StructuredFinding[],
): ReportWarning[] {
  const both = findings.filter(({ isContradicted }) => isContradicted).map(({ label }) => label)
  const found: [holds: boolean, code: ReportWarning['code'], detail: string][] = [
    [end !== 'stop', 'cut_short', 'The text ends where it was cut, not where it was over.'],
    [both.length > 0, 'contradiction', `The text says both that there is and that there is not: ${both.join(', ')}.`],
    [
      unfit !== undefined && firstPhrase(unfit.phrases, text) !== undefined,
      'unfit_films',
      'The text itself says that the films are of no kind that the model can read.',
    ],
    [
      unk !== undefined && tokens.some(({ id }) => id === unk),
      'unread_tokens',
      'The decoder wrote a token that stands for no text; it is left out.',
    ],
  ]
  return [...found.flatMap(([holds, code, detail]) => (holds ? [{ code, detail }] : [])), ...filmWarnings]
}
