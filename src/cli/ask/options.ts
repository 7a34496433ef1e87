/** What the commands that ask a model take, as Commander gives it. */
export interface AskOptions {
  readonly server?: string
  readonly keyFile?: string
  readonly model?: string
  readonly json?: boolean
  readonly table?: boolean
  readonly concurrency: number
  /** Seconds. */
  readonly timeout?: number
  readonly labels?: string
  readonly labelSet?: string
  readonly top?: number
  readonly text?: string | readonly string[]
  readonly dimensions?: number
  readonly threshold?: number
  readonly out?: string
  readonly format?: 'overlay' | 'mask' | 'dicom'
  readonly force?: boolean
  readonly film?: string
  readonly mask?: string
  readonly strength?: number
  readonly negative?: string
  readonly n?: number
  readonly steps?: number
  readonly guidance?: number
  readonly seed?: number
  readonly size?: string
  readonly study?: boolean
  readonly maxTokens?: number
  readonly beam?: number
  readonly task?: string
  readonly requests?: number
}
