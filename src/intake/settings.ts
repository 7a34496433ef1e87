/** What a hospital says about films that come in: the sections of `config/intake-sections.ts`, as this room takes them. */
import type { Priority } from '../ports.js'

type Patterns = string | readonly string[]

/** Patterns as `isMatch` has them; what is left out is met by every film. */
export interface When {
  readonly source?: 'cstore' | 'stow'
  readonly calledAe?: Patterns
  readonly callingAe?: Patterns
  readonly modality?: Patterns
  readonly bodyPart?: Patterns
  readonly view?: Patterns
  /** Of study, series or protocol. */
  readonly description?: Patterns
}

export interface TaskSettings {
  readonly name: string
  /** A path of the service that asks a model. */
  readonly route: string
  /** Each film by itself, or all films of the study that meet the rule together. */
  readonly of: 'film' | 'study'
  readonly model?: string
  /** As the body of the route has them, without its films. */
  readonly options: Readonly<Record<string, unknown>>
  /** Media type of the result. */
  readonly accept: string
  readonly priority: Priority
  /** Names of destinations. */
  readonly to: readonly string[]
}

export interface Rule {
  readonly name: string
  readonly when: When
  /** Results are kept to be looked at and go nowhere. */
  readonly shadow: boolean
  readonly tasks: readonly TaskSettings[]
}

export interface IntakeSettings {
  /** Silence after which a study is complete. */
  readonly quietMs: number
  /** Of films and results that are kept; more is refused. */
  readonly maxBytes: number
  /** Tasks that are jobs at a time. */
  readonly maxOpenTasks: number
  /** Objects that one destination is sent at a time. */
  readonly maxSends: number
  readonly sendTimeoutMs: number
  /** Before the second attempt; it doubles with every further one up to the longest. */
  readonly retryFirstMs: number
  readonly retryLongestMs: number
  readonly retryAttempts: number
  /** What is not delivered by then is a dead letter. */
  readonly retryForMs: number
  /** Films and results of a study that is done, or that has failed. */
  readonly keepDoneMs: number
  readonly keepFailedMs: number
  readonly keepShadowMs: number
  /** That a film was there, so that it is not answered a second time. */
  readonly rememberMs: number
}
