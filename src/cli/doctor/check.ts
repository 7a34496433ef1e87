/** What was looked at. `advice` says what to do where it is not `ok`. */
export interface Check {
  readonly name: string
  readonly state: 'ok' | 'warning' | 'failed'
  readonly found: string
  readonly advice?: string
}

export const ok = (name: string, found: string): Check => ({ name, state: 'ok', found })
export const warning = (name: string, found: string, advice: string): Check => ({
  ...{ name, state: 'warning', found, advice },
})
export const failed = (name: string, found: string, advice: string): Check => ({
  ...{ name, state: 'failed', found, advice },
})

/** Of an error, in one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MiB`
}
