import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { GENESIS, hashOf, type Entry, type Seal } from './entry.js'
import { linesOf, sealsFile, segmentFile, segmentsOf, wholeLines } from './chain-files.js'

/** The first place at which a chain is not what it was. */
export interface Break {
  readonly file: string
  /** From 1. */
  readonly line?: number
  readonly seq?: number
  readonly why: string
}

export interface ChainReport {
  readonly chain: string
  /** Entries that are there. */
  readonly entries: number
  /** Number and hash of the last of them. */
  readonly head: { readonly seq: number; readonly hash: string }
  /** Segments that were taken away when their time was over. */
  readonly removed: readonly { readonly first: number; readonly last: number }[]
  /** Bytes of a last line that a killed process did not finish. */
  readonly tornBytes: number
  readonly broken?: Break
}

/** A head that was kept elsewhere. */
export interface Witness {
  readonly seq: number
  readonly hash: string
}

class Broken extends Error {
  readonly at: Break

  constructor(at: Break) {
    super(at.why)
    this.at = at
  }
}

/** Chains below an audit folder. */
export async function chainsOf(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true })
  return found.flatMap((each) => (each.isDirectory() ? [each.name] : [])).sort()
}

/**
 * Walks a chain from its first entry, or from the seal of the segments that are gone, to its end. What was cut off at the end
 * cannot be seen from within; a witness sees it.
 */
export async function verifyChain(folder: string, witnesses: readonly Witness[] = []): Promise<ChainReport> {
  const walk: Walk = {
    folder,
    chain: basename(folder),
    seq: 0,
    hash: GENESIS,
    entries: 0,
    tornBytes: 0,
    excused: new Map(),
    witnesses,
  }
  const removed: Seal[] = []
  let broken: Break | undefined
  try {
    const seals = await readSeals(walk)
    const there = new Set(await segmentsOf(folder))
    for (const seal of seals) {
      if (there.has(seal.first)) await walkSealed(walk, seal)
      else skip(walk, seal, removed)
      there.delete(seal.first)
    }
    for (const first of [...there].sort((a, b) => a - b)) await walkSegment(walk, first)
    const unseen = witnesses.find(({ seq }) => seq > walk.seq)
    if (unseen !== undefined)
      throw new Broken({ file: basename(folder), seq: unseen.seq, why: 'the chain ends before the head that was kept' })
    for (const seal of removed) {
      if (walk.excused.get(seal.first) === seal.head) continue
      throw new Broken({
        file: nameOf(walk, seal.first),
        why: 'the segment is gone and no entry says that its time was over',
      })
    }
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    broken = error.at
  }
  const { chain, entries, seq, hash, tornBytes } = walk
  return {
    ...{ chain, entries, head: { seq, hash }, tornBytes },
    removed: removed.map(({ first, last }) => ({ first, last })),
    ...(broken !== undefined && { broken }),
  }
}

interface Walk {
  readonly folder: string
  readonly chain: string
  seq: number
  hash: string
  entries: number
  tornBytes: number
  /** First entry and head of segments that an entry says were taken away. */
  readonly excused: Map<number, string>
  readonly witnesses: readonly Witness[]
}

async function readSeals(walk: Walk): Promise<Seal[]> {
  const file = sealsFile(walk.folder)
  let prev = GENESIS
  let last = 0
  return (await wholeLines(file)).map((text, at) => {
    const seal = parse(text, { file: basename(file), line: at + 1 }) as Seal
    const isSound =
      seal.prev === prev && seal.hash === hashOf({ ...seal }) && seal.first === last + 1 && seal.chain === walk.chain
    if (!isSound)
      throw new Broken({ file: basename(file), line: at + 1, why: 'the seal does not follow the one before' })
    prev = seal.hash
    last = seal.last
    return seal
  })
}

/** A sealed segment that is not there: only the oldest may be gone. */
function skip(walk: Walk, seal: Seal, removed: Seal[]): void {
  if (walk.entries > 0) throw new Broken({ file: nameOf(walk, seal.first), why: 'the segment is gone from the middle' })
  removed.push(seal)
  walk.seq = seal.last
  walk.hash = seal.head
}

async function walkSealed(walk: Walk, seal: Seal): Promise<void> {
  await walkSegment(walk, seal.first)
  const file = nameOf(walk, seal.first)
  if (walk.seq !== seal.last || walk.hash !== seal.head)
    throw new Broken({ file, why: 'the segment does not end as it was sealed' })
  if ((await digestOf(segmentFile(walk.folder, seal.first))) !== seal.sha256)
    throw new Broken({ file, why: 'the file is not the one that was sealed' })
}

async function walkSegment(walk: Walk, first: number): Promise<void> {
  const path = segmentFile(walk.folder, first)
  const file = basename(path)
  if (first !== walk.seq + 1)
    throw new Broken({ file, seq: walk.seq + 1, why: 'entries before this segment are missing' })
  try {
    for await (const { number: line, text, isWhole } of linesOf(path)) {
      if (isWhole) step(walk, parse(text, { file, line }) as Entry, { file, line })
      else walk.tornBytes = Buffer.byteLength(text)
    }
  } catch (error) {
    if (error instanceof Broken) throw error
    throw new Broken({ file, why: error instanceof Error ? error.message : String(error) })
  }
}

function step(walk: Walk, entry: Entry, at: { file: string; line: number }): void {
  const seq = walk.seq + 1
  const why =
    walk.tornBytes > 0
      ? 'an entry stands behind a line that was torn off'
      : entry.chain !== walk.chain
        ? 'the entry is of another chain'
        : entry.seq !== seq
          ? `the entry has the number ${entry.seq}: entries are missing or were moved`
          : entry.prev !== walk.hash
            ? 'the entry does not follow the one before'
            : entry.hash !== hashOf({ ...entry })
              ? 'the entry was changed'
              : walk.witnesses.some((witness) => witness.seq === seq && witness.hash !== entry.hash)
                ? 'the entry is not the one whose hash was kept'
                : undefined
  if (why !== undefined) throw new Broken({ ...at, seq, why })
  if (entry.event === 'retention') walk.excused.set(Number(entry['first']), String(entry['head']))
  walk.seq = seq
  walk.hash = entry.hash
  walk.entries += 1
}

function parse(text: string, at: { file: string; line: number }): object {
  try {
    const value = JSON.parse(text) as unknown
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Told below.
  }
  throw new Broken({ ...at, why: 'the line is not JSON' })
}

function nameOf({ folder }: Walk, first: number): string {
  return basename(segmentFile(folder, first))
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) hash.update(piece)
  return hash.digest('hex')
}

/** Every whole entry of a chain that is there, in order. */
export async function* entriesOf(folder: string): AsyncGenerator<Entry> {
  for (const first of await segmentsOf(folder)) {
    const path = segmentFile(folder, first)
    for await (const { text, isWhole, number: line } of linesOf(path))
      if (isWhole) yield parse(text, { file: basename(path), line }) as Entry
  }
}
