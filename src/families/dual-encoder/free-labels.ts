import type { FreeLabels } from './zero-shot-spec.js'

/**
 * How labels that a caller makes up become prompts where the pack does not say. Several wordings, because one is noisy;
 * negatives, because a cosine alone has no zero ("{label}" against "no {label}": Tiu 2022, CheXzero `zero_shot.py`
 * at 5c341db, softmax of the pair, which is the sigmoid of their difference).
 */
export const DEFAULT_FREE_LABELS: FreeLabels = {
  mode: 'pos-neg',
  prompt_aggregation: 'mean',
  activation: 'sigmoid',
  templates: [
    '{label}',
    'there is {label}',
    'findings of {label}',
    'evidence of {label}',
    'chest radiograph with {label}',
    '{label} is seen',
  ],
  negative_templates: [
    'no {label}',
    'there is no {label}',
    'no findings of {label}',
    'no evidence of {label}',
    'chest radiograph without {label}',
    '{label} is not seen',
  ],
}

export function fillTemplates(templates: readonly string[], label: string): string[] {
  return templates.map((template) => template.replaceAll('{label}', () => label.trim()))
}
