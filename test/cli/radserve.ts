import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { program } from '../program.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Ended {
  /** The exit code, or the signal. */
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** The program in a process of its own, whose output nobody looks at. */
export function startRadserve(args: readonly string[], { env = {}, cwd = ROOT }: RunOptions = {}) {
  return spawn(process.execPath, [...program('cli/radserve'), ...args], { cwd, env: { ...process.env, ...env } })
}

export async function radserve(args: readonly string[], options?: RunOptions): Promise<Ended> {
  const child = startRadserve(args, options)
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code: code ?? signal ?? '', stdout, stderr }
}

export const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
