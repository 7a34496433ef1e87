/** What the tasks answered, said as findings: never more certain than the model's pack is. */
import type { LabelScore, ScoreKind } from '../families/dual-encoder/classifications.js'
import type { Agreement } from '../families/report/agreement.js'
import type { StructuredFinding } from '../families/report/findings.js'
import type { ReportCheck } from '../flows/report.js'
import type { Segmentation } from '../flows/segment.js'
import type { AiFinding, Measure, Statement } from '../hospital/ai-report.js'

const SCORE_MEANINGS: Readonly<Record<ScoreKind, string>> = {
  probability: 'Probability, calibrated on the data that the card of the model names',
  softmax: 'Share among the labels that were asked for; no probability of the finding',
  sigmoid: 'Uncalibrated sigmoid of the score; no probability of the finding',
  margin: 'Similarity to prompts that affirm minus similarity to prompts that deny; no probability',
  zscore: 'Standard deviations above the reference films; no probability',
  cosine: 'Cosine similarity of film and prompts; ranks, no probability',
  similarity: 'Similarity of film and prompts; ranks, no probability',
}

function scoreMeasure(kind: ScoreKind, value: number): Measure {
  return { code: kind, meaning: SCORE_MEANINGS[kind], value, unit: '1' }
}

/** A pack has no threshold for its labels: a score is all that it says of them. */
export function classifiedFinding({ label, score }: LabelScore, kind: ScoreKind, notes: readonly string[]): AiFinding {
  return {
    label,
    method: 'Zero-shot classification: the film against texts of the label.',
    measures: [scoreMeasure(kind, score)],
    notes,
  }
}

/** What the text does not mention is neither present nor absent and no finding at all. */
export function writtenFindings(
  findings: readonly StructuredFinding[],
  check: ReportCheck | undefined,
  notes: readonly string[],
): AiFinding[] {
  return findings.flatMap((finding): AiFinding[] => {
    const { label, state, isContradicted } = finding
    if (state === 'not_mentioned') return []
    const agreement = check?.labels.find((each) => each.label === label)
    const isDisputed = agreement?.agrees === false
    const statement: Statement = isContradicted || isDisputed ? 'indeterminate' : state
    return [
      {
        ...{ label, statement },
        method: 'Phrases of the text that a model drafted.',
        measures: check && agreement ? checkMeasures(check, agreement) : [],
        notes: [
          ...(isContradicted ? ['The text says both that it is present and that it is absent.'] : []),
          ...(agreement && isDisputed ? [disputeOf(agreement)] : []),
          ...notes,
        ],
      },
    ]
  })
}

function checkMeasures({ scoreKind }: ReportCheck, { score, threshold }: Agreement): Measure[] {
  return [
    scoreMeasure(scoreKind, score),
    {
      code: 'threshold',
      meaning: 'Score from which on the classifier counts as seeing it',
      value: threshold,
      unit: '1',
    },
  ]
}

function disputeOf({ text, classifier }: Agreement): string {
  return `The text says ${text}, the classifier of the same films says ${classifier}.`
}

const pixels = (code: string, meaning: string, value: number): Measure => ({ code, meaning, value, unit: '{pixels}' })
const share = (code: string, meaning: string, value: number): Measure => ({ code, meaning, value, unit: '1' })

/** The area of what was outlined. Whether it is a finding at all is for whoever asked for it by a text. */
export function outlinedFinding(item: Segmentation, notes: readonly string[]): AiFinding {
  const { areaPx, spacing, threshold, maxProbability, meanProbability, regionCount, text, warnings } = item
  const areaMm2 = spacing && areaPx * spacing.mm[0] * spacing.mm[1]
  const inPixels = pixels('area-px', 'Area in pixels of the film', areaPx)
  const detector = 'The area is measured at the detector, where things look larger than in the patient.'
  return {
    label: 'Segmented region',
    method: 'Outline of what a text of the request names.',
    measured: areaMm2 === undefined ? inPixels : { code: 'area', meaning: 'Area', value: areaMm2, unit: 'mm2' },
    measures: [
      ...(areaMm2 === undefined ? [] : [inPixels]),
      { code: 'text-index', meaning: 'Which of the texts of the request, from 0', value: text, unit: '{count}' },
      { code: 'regions', meaning: 'Regions that are apart from each other', value: regionCount, unit: '{count}' },
      share('mask-threshold', 'Value of the map from which on a pixel is outlined', threshold),
      share('max-map-value', 'Greatest value of the map; uncalibrated', maxProbability),
      ...(meanProbability === undefined
        ? []
        : [share('mean-map-value', 'Mean value of the map over the outlined pixels; uncalibrated', meanProbability)]),
    ],
    notes: [...(spacing?.source === 'detector' ? [detector] : []), ...warnings.map(({ detail }) => detail), ...notes],
  }
}
