/**
 * The prompt vocabulary that GLoRIA released for CheXpert (`gloria/constants.py` at 416466a, Apache-2.0) and that
 * MedCLIP, CXR-CLIP and BenchX use unchanged. A prompt is three slots joined by a space; an empty slot is `''`.
 * The misspellings are part of it. Spaces that empty slots leave at the ends or doubled are taken out here.
 */
import type { LabelClass, LabelSet } from './zero-shot-spec.js'

type Slots = readonly [first: readonly string[], second: readonly string[], third: readonly string[]]

const NONE = ['']
const after = (words: readonly string[], noun: string): string[] => words.map((word) => `${word} ${noun}`)
const at = (places: readonly string[]): string[] => places.map((place) => `at the ${place}`)

const SLOTS: Readonly<Record<string, Slots>> = {
  Atelectasis: [
    ['', 'mild', 'minimal'],
    after(['subsegmental', 'linear', 'trace', 'bibasilar', 'retrocardiac', 'bandlike', 'residual'], 'atelectasis'),
    at([
      'mid lung zone',
      'upper lung zone',
      'right lung zone',
      'left lung zone',
      'lung bases',
      'right lung base',
      'left lung base',
      'bilateral lung bases',
      'left lower lobe',
      'right lower lobe',
    ]),
  ],
  Cardiomegaly: [
    NONE,
    [
      'cardiac silhouette size is upper limits of normal',
      'cardiomegaly which is unchanged',
      'mildly prominent cardiac silhouette',
      'portable view of the chest demonstrates stable cardiomegaly',
      'portable view of the chest demonstrates mild cardiomegaly',
      'persistent severe cardiomegaly',
      'heart size is borderline enlarged',
      'cardiomegaly unchanged',
      'heart size is at the upper limits of normal',
      'redemonstration of cardiomegaly',
      'ap erect chest radiograph demonstrates the heart size is the upper limits of normal',
      'cardiac silhouette size is mildly enlarged',
      'mildly enlarged cardiac silhouette, likely left ventricular enlargement. other chambers are less prominent',
      'heart size remains at mildly enlarged',
      'persistent cardiomegaly with prominent upper lobe vessels',
    ],
    NONE,
  ],
  Consolidation: [
    ['', 'increased', 'improved', 'apperance of'],
    after(['bilateral', 'reticular', 'retrocardiac', 'patchy', 'airspace', 'partial'], 'consolidation'),
    at([
      'lower lung zone',
      'upper lung zone',
      'left lower lobe',
      'right lower lobe',
      'left upper lobe',
      'right uppper lobe',
      'right lung base',
      'left lung base',
    ]),
  ],
  Edema: [
    ['', 'mild', 'improvement in', 'presistent', 'moderate', 'decreased'],
    ['pulmonary edema', 'trace interstitial edema', 'pulmonary interstitial edema'],
    NONE,
  ],
  'Pleural Effusion': [
    ['', 'small', 'stable', 'large', 'decreased', 'increased'],
    ['left', 'right', 'tiny'],
    // The first subtype is there twice in the authors' list, so 54 prompts hold 36 distinct ones.
    after(['bilateral', 'subpulmonic', 'bilateral'], 'pleural effusion'),
  ],
}

/** All 489 prompts, 471 of them distinct, by class and in the order of the authors' cartesian product. */
export function chexpertPrompts(): Record<string, string[]> {
  const entries = Object.entries(SLOTS).map(([label, [first, second, third]]) => {
    const prompts = first.flatMap((a) => second.flatMap((b) => third.map((c) => [a, b, c].filter(Boolean).join(' '))))
    return [label, prompts] as const
  })
  return Object.fromEntries(entries)
}

/** What the authors' default draws (5 a class, `random.seed(6)`, the first call after import, CPython 3.11). */
const FROZEN: Readonly<Record<string, readonly string[]>> = {
  Atelectasis: [
    'minimal residual atelectasis at the left lung zone',
    'minimal subsegmental atelectasis at the left lung base',
    'trace atelectasis at the mid lung zone',
    'mild bandlike atelectasis at the lung bases',
    'minimal bandlike atelectasis at the right lung base',
  ],
  Cardiomegaly: [
    'portable view of the chest demonstrates mild cardiomegaly',
    'cardiac silhouette size is upper limits of normal',
    'heart size remains at mildly enlarged',
    'mildly prominent cardiac silhouette',
    'ap erect chest radiograph demonstrates the heart size is the upper limits of normal',
  ],
  Consolidation: [
    'apperance of bilateral consolidation at the right lung base',
    'improved patchy consolidation at the lower lung zone',
    'apperance of partial consolidation at the left upper lobe',
    'increased partial consolidation at the left lung base',
    'increased airspace consolidation at the upper lung zone',
  ],
  Edema: [
    'pulmonary edema',
    'improvement in pulmonary interstitial edema',
    'decreased pulmonary edema',
    'moderate pulmonary edema',
    'mild pulmonary edema',
  ],
  'Pleural Effusion': [
    'increased left subpulmonic pleural effusion',
    'stable tiny bilateral pleural effusion',
    'large tiny subpulmonic pleural effusion',
    'decreased tiny subpulmonic pleural effusion',
    'tiny bilateral pleural effusion',
  ],
}

const NOTE =
  'A published prompt vocabulary, not this model’s own: a model that was not trained on reports in these words will do poorly with it.'

/** GLoRIA's reading (`zero_shot_classification` at 416466a): the best prompt of a class; no statistics, so no z-score. */
function setOf(title: string, prompts: Readonly<Record<string, readonly string[]>>): LabelSet {
  const classes = Object.entries(prompts).map(([label, texts]): LabelClass => ({ label, prompts: [...new Set(texts)] }))
  return {
    title,
    note: NOTE,
    mode: 'multiclass',
    local_aggregate: 'max',
    prompt_aggregation: 'max',
    class_norm: 'none',
    activation: 'none',
    classes,
  }
}

/** Sets that every dual encoder has, whatever it was trained on. A pack's own set of the same name comes first. */
export const CHEXPERT_SETS: Readonly<Record<string, LabelSet>> = {
  'chexpert-5x-frozen': setOf('CheXpert, five classes, five prompts each (GLoRIA, seed 6)', FROZEN),
  'chexpert-full': setOf('CheXpert, five classes, all 471 prompts (GLoRIA)', chexpertPrompts()),
}
