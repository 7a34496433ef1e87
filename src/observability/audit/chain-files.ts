import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** More than any entry has; a longer line is not one of ours. */
const MAX_LINE_BYTES = 1 << 20
const SEGMENT = /^(\d{12})\.ndjson$/

export const sealsFile = (folder: string): string => join(folder, 'seals.ndjson')

export function segmentFile(folder: string, first: number): string {
  return join(folder, `${String(first).padStart(12, '0')}.ndjson`)
}

/** Numbers of the first entries of the segments that are there, in order. */
export async function segmentsOf(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  return names
    .flatMap((name) => SEGMENT.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}

export interface TextLine {
  /** From 1. */
  readonly number: number
  readonly text: string
  /** It ends as a line does; the last one of a process that was killed may not. */
  readonly isWhole: boolean
}

/** The lines of a file, read piece by piece. Throws for a line that is far too long. */
export async function* linesOf(file: string): AsyncGenerator<TextLine> {
  let rest: Buffer = Buffer.alloc(0)
  let number = 0
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    let from = 0
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a, from)) {
      yield { number: ++number, text: rest.toString('utf8', from, end), isWhole: true }
      from = end + 1
    }
    rest = rest.subarray(from)
    if (rest.length > MAX_LINE_BYTES) throw new Error('a line is far too long to be an entry')
  }
  if (rest.length > 0) yield { number: number + 1, text: rest.toString('utf8'), isWhole: false }
}

/** The whole lines of a file; none where it is not there. */
export async function wholeLines(file: string): Promise<string[]> {
  const texts: string[] = []
  try {
    for await (const { text, isWhole } of linesOf(file)) if (isWhole) texts.push(text)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return texts
}
