/** STOW-RS (PS3.18 section 10.5): objects go out in one request, and each has its own outcome. */
import { randomUUID } from 'node:crypto'
import { AppError } from '../../errors.js'
import { readPart10Head } from '../part-10.js'
import { outcomeOf, storedByStatus, type InstanceStored, type ObjectStore, type Stored } from '../store-outcome.js'
import { readDicomJson, type Ask } from './exchange.js'
import type { DicomJson } from './dicomweb.js'

/** Of what the server says of some objects. */
const MAX_ANSWER_BYTES = 16 << 20
/** Statuses below 500 that pass. */
const TRY_AGAIN: ReadonlySet<number> = new Set([401, 408, 425, 429])
const FAILED = '00081198'
const STORED = '00081199'
const INSTANCE_UID = '00081155'
const FAILURE_REASON = '00081197'

export interface StowOptions {
  readonly ask: Ask
  readonly limited: (signal: AbortSignal | undefined) => AbortSignal
}

export function createStow({ ask, limited }: StowOptions): ObjectStore['store'] {
  return async (objects, given) => {
    const heads = objects.map((file) => readPart10Head(file))
    const sendable = objects.filter((_file, at) => heads[at] !== undefined)
    const answer = sendable.length === 0 ? NOTHING : await send(ask, sendable, limited(given))
    return outcomeOf(
      heads.map((head): InstanceStored => {
        if (head === undefined) return { sopInstanceUid: '', outcome: 'refused', reason: 'no DICOM file' }
        const { sopInstanceUid } = head
        return { sopInstanceUid, ...(answer.instances.get(sopInstanceUid) ?? answer.others) }
      }),
    )
  }
}

/** What the server said of some objects by their UIDs, and what that means for those it did not mention. */
interface Answer {
  readonly instances: ReadonlyMap<string, Stored>
  readonly others: Stored
}

const NOTHING: Answer = { instances: new Map(), others: { outcome: 'accepted' } }

async function send(ask: Ask, objects: readonly Uint8Array[], signal: AbortSignal): Promise<Answer> {
  try {
    const response = await ask({ path: '/studies', accept: 'application/dicom+json', signal, body: bodyOf(objects) })
    const others = othersOf(response.status)
    const says = await readDicomJson(response, MAX_ANSWER_BYTES).catch(() => undefined)
    // 202 and 409 say which objects failed; an answer that does not is no answer about them.
    return { instances: says === undefined ? new Map<string, Stored>() : instancesOf(says), others }
  } catch (error) {
    return { instances: new Map(), others: { outcome: 'undelivered', reason: reasonOf(error) } }
  }
}

function othersOf(status: number): Stored {
  if (status === 200) return { outcome: 'accepted' }
  const reason = `http ${status}`
  const isLasting = status >= 400 && status < 500 && !TRY_AGAIN.has(status)
  return { outcome: isLasting ? 'refused' : 'undelivered', reason }
}

function instancesOf(says: readonly DicomJson[]): Map<string, Stored> {
  const instances = new Map<string, Stored>()
  for (const answer of says) {
    for (const item of itemsOf(answer, STORED)) instances.set(textOf(item, INSTANCE_UID), { outcome: 'accepted' })
    for (const item of itemsOf(answer, FAILED)) {
      const status = Number(item[FAILURE_REASON]?.Value?.[0])
      const stored: Stored = Number.isInteger(status)
        ? storedByStatus(status)
        : { outcome: 'refused', reason: 'failed' }
      instances.set(textOf(item, INSTANCE_UID), stored)
    }
  }
  return instances
}

function itemsOf(answer: DicomJson, tag: string): DicomJson[] {
  const { Value: value } = answer[tag] ?? {}
  return Array.isArray(value)
    ? value.filter((item): item is DicomJson => typeof item === 'object' && item !== null)
    : []
}

function textOf(item: DicomJson, tag: string): string {
  const value = item[tag]?.Value?.[0]
  return typeof value === 'string' ? value : ''
}

function bodyOf(objects: readonly Uint8Array[]): { type: string; bytes: Uint8Array } {
  const boundary = `radserve-${randomUUID()}`
  const head = Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`)
  const pieces = objects.flatMap((file) => [head, file, Buffer.from('\r\n')])
  const bytes = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
  return { type: `multipart/related; type="application/dicom"; boundary=${boundary}`, bytes }
}

/** A system's code or our own word; other messages could hold an address. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException }
  if (name === 'TimeoutError') return 'timeout'
  return name === 'AbortError' || error instanceof AppError ? 'aborted' : (cause?.code ?? 'failed')
}
