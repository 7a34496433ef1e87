import { ProblemError } from '../../client/problem.js'
import type { AppError } from '../../errors.js'
import { createProgress, type Progress } from '../progress.js'
import { alignColumns } from '../text-table.js'
import type { AskOptions } from './options.js'

/** What goes out: a table for people, or a line of JSON for each subject. */
export interface Output {
  readonly isJson: boolean
  /** One line of JSON; nothing for people. */
  line(value: object): void
  /** Rows of the table, which is printed at its end; nothing for programs. */
  rows(...rows: readonly (readonly string[])[]): void
  /** Why one subject has no answer: to stderr for people, in its line for programs. */
  refused(subject: object, name: string, error: ProblemError | AppError): void
  endTable(header: readonly string[], note?: string): void
  /** On a terminal only. */
  readonly progress: Progress
}

const SILENT: Progress = { show: () => undefined, say: () => undefined, end: () => undefined }

export function createOutput({ json, table }: AskOptions): Output {
  const isJson = json === true || (table !== true && !process.stdout.isTTY)
  const kept: (readonly string[])[] = []
  const progress = process.stderr.isTTY ? createProgress(process.stderr) : SILENT
  const print = (text: string): void => void process.stdout.write(`${text}\n`)
  return {
    isJson,
    progress,
    line: (value) => {
      if (isJson) print(JSON.stringify(value))
    },
    rows: (...rows) => {
      if (!isJson) kept.push(...rows)
    },
    refused(subject, name, error) {
      if (isJson) print(JSON.stringify({ ...subject, error: problemOf(error) }))
      const text = `${name}: ${error.message}`
      if (process.stderr.isTTY) progress.say(text)
      else process.stderr.write(`${text}\n`)
    },
    endTable(header, note) {
      if (!isJson && kept.length > 0) print(alignColumns([header, ...kept]))
      if (!isJson && note !== undefined) print(`\n${note}`)
    },
  }
}

function problemOf(error: ProblemError | AppError): object {
  if (error instanceof ProblemError) return error.problem
  return { code: error.code, detail: error.message }
}
