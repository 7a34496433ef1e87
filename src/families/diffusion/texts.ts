/** How the text encoder read a prompt. */
export interface PromptRead {
  /** As given, or as the template made it. */
  readonly text: string
  /** Tokens that were read, special ones included, padding not. */
  readonly tokens: number
  readonly isTruncated: boolean
  /** Words of which nothing was read, in order; the first of them where there are very many. */
  readonly cut: readonly string[]
}
