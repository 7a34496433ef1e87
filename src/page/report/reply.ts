import type { ModelIdentity } from '../parts/answered-by.js'

/** Of the event `token`. */
export interface Token {
  readonly index: number
  readonly text: string
}

export interface Agreement {
  readonly label: string
  readonly text: 'present' | 'absent' | 'not_mentioned'
  readonly classifier: 'present' | 'absent'
}

/** Of the event `result`, which is the answer in JSON; only what is read here. */
export interface ReportReply {
  readonly notice: string
  readonly findings: string
  readonly finish_reason: 'stop' | 'length' | 'deadline'
  readonly tokens: readonly unknown[]
  readonly log_probability: number
  readonly view_weights?: readonly number[]
  readonly structured: readonly {
    readonly label: string
    readonly state: Agreement['text']
    readonly phrase?: string
  }[]
  readonly disagreements?: readonly Agreement[]
  readonly warnings: readonly { readonly code: string; readonly film?: number; readonly detail: string }[]
  readonly model: ModelIdentity
}
