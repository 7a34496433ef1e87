import { createHash } from 'node:crypto'
import { open, readFile, rm, truncate } from 'node:fs/promises'
import { openAppendFile, type AppendFile } from './append-file.js'
import { canonicalJson, GENESIS, hashOf, link, type Entry, type EntryEvent, type Seal } from './entry.js'
import { linesOf, sealsFile, segmentFile, segmentsOf, wholeLines } from './chain-files.js'

/** What an entry says beside its place in the chain. */
export type Content = { readonly time: string; readonly event: EntryEvent; readonly [field: string]: unknown }

/** The end of a chain. */
export interface Head {
  readonly seq: number
  readonly hash: string
}

/** One chain of entries in its folder, of which this process is the only writer. */
export interface Chain {
  readonly name: string
  readonly head: Head
  /** On the disk, in order, when this resolves. A failure leaves the chain as it was. */
  append(contents: readonly Content[]): Promise<void>
  /** Seals the segment when it is full, and takes away sealed ones that are older than `retentionMs`. */
  keep(options: { segmentBytes: number; retentionMs: number; nowMs: number }): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a chain at its end, or begins it. What a killed process left of its last line is cut off, and the chain says so.
 * Throws where the end is not that of a sound chain.
 */
export async function openChain(folder: string, name: string): Promise<Chain> {
  const found = await readEnd(folder, name)
  let { head } = found
  let seals = found.seals
  let first = found.first ?? head.seq + 1
  let file: AppendFile = await openAppendFile(segmentFile(folder, first))
  const sealFile = await openAppendFile(sealsFile(folder), found.sealBytes)
  const isSealed = (): boolean => seals.at(-1)?.first === first

  const append = async (contents: readonly Content[]): Promise<void> => {
    // A disk that was full in the middle of it.
    if (isSealed()) await rotate()
    let { seq, hash } = head
    const lines = contents.map((content) => {
      const entry = link({ ...content, chain: name, seq: ++seq }, hash)
      hash = entry.hash
      return `${canonicalJson(entry)}\n`
    })
    await file.append(lines.join(''))
    head = { seq, hash }
  }
  const rotate = async (): Promise<void> => {
    if (!isSealed()) {
      const seal = await sealOf(folder, { name, first, head, prev: seals.at(-1)?.hash ?? GENESIS })
      await sealFile.append(`${canonicalJson(seal)}\n`)
      seals = [...seals, seal]
    }
    const next = await openAppendFile(segmentFile(folder, head.seq + 1))
    await syncFolder(folder)
    await file.close()
    file = next
    first = head.seq + 1
  }
  const drop = async (olderThanMs: number): Promise<void> => {
    const there = new Set(await segmentsOf(folder))
    const due = seals.filter((seal) => there.has(seal.first) && Date.parse(seal.time) < olderThanMs)
    if (due.length === 0) return
    const time = new Date().toISOString()
    // Said first: a file that is gone without a word was taken by somebody else.
    await append(due.map((seal) => ({ time, event: 'retention', first: seal.first, last: seal.last, head: seal.head })))
    for (const seal of due) await rm(segmentFile(folder, seal.first))
  }
  await append([beginning(found)])
  await syncFolder(folder)
  return {
    name,
    get head() {
      return head
    },
    append,
    async keep({ segmentBytes, retentionMs, nowMs }) {
      if (file.bytes >= segmentBytes) await rotate()
      if (retentionMs > 0) await drop(nowMs - retentionMs)
    },
    async close() {
      await file.close()
      await sealFile.close()
    },
  }
}

interface End {
  readonly head: Head
  /** Of the segment that is written to; `undefined` where a new one begins. */
  readonly first: number | undefined
  readonly seals: readonly Seal[]
  /** Of their file, without what a killed process left of the last. */
  readonly sealBytes: number
  readonly tornBytes: number
}

function beginning({ head, tornBytes }: End): Content {
  const time = new Date().toISOString()
  if (head.seq === 0) return { time, event: 'chain_begin' }
  return { time, event: 'chain_resume', ...(tornBytes > 0 && { torn_bytes: tornBytes }) }
}

async function readEnd(folder: string, name: string): Promise<End> {
  const lines = await wholeLines(sealsFile(folder))
  const seals = lines.map((line) => JSON.parse(line) as Seal)
  const sealBytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
  const sealed = seals.at(-1)
  const last = (await segmentsOf(folder)).at(-1)
  const sealedHead = { seq: sealed?.last ?? 0, hash: sealed?.head ?? GENESIS }
  const known = { seals, sealBytes }
  if (last === undefined || last === sealed?.first)
    return { ...known, head: sealedHead, first: undefined, tornBytes: 0 }
  if (last !== sealedHead.seq + 1) throw new Error(`the segment ${last} does not follow the last seal`)
  const { head, tornBytes } = await readSegment(segmentFile(folder, last), { name, head: sealedHead })
  return { ...known, head, first: last, tornBytes }
}

async function readSegment(
  path: string,
  { name, head: before }: { name: string; head: Head },
): Promise<{ head: Head; tornBytes: number }> {
  let { seq, hash } = before
  let wholeBytes = 0
  let tornBytes = 0
  for await (const { text, isWhole, number } of linesOf(path)) {
    if (!isWhole) {
      tornBytes = Buffer.byteLength(text)
      continue
    }
    const entry = JSON.parse(text) as Entry
    if (entry.seq !== seq + 1 || entry.prev !== hash || entry.hash !== hashOf(entry) || entry.chain !== name)
      throw new Error(`line ${number} of the segment does not follow`)
    ;({ seq, hash } = entry)
    wholeBytes += Buffer.byteLength(text) + 1
  }
  if (tornBytes > 0) await truncate(path, wholeBytes)
  return { head: { seq, hash }, tornBytes }
}

async function sealOf(
  folder: string,
  { name, first, head, prev }: { name: string; first: number; head: Head; prev: string },
): Promise<Seal> {
  const bytes = await readFile(segmentFile(folder, first))
  const content = {
    ...{ chain: name, first, last: head.seq, head: head.hash },
    ...{
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      time: new Date().toISOString(),
    },
  }
  return link(content, prev)
}

/** Names of new files are on the disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  await handle.sync().finally(() => handle.close())
}
