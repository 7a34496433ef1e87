import type { ModelIdentity } from '../parts/answered-by.js'
import type { ScoreKind } from './score.js'

export interface LabelScore {
  readonly label: string
  readonly score: number
  readonly logit: number
  readonly prompts?: readonly { readonly text: string; readonly score: number; readonly negative: boolean }[]
}

/** Of `POST /v1/classifications`; only what is read here. */
export interface ClassificationsReply {
  readonly data: readonly { readonly labels: readonly LabelScore[] }[]
  readonly model: ModelIdentity
  readonly score_kind: ScoreKind
  readonly label_set?: string
  readonly note?: string
}
