import { readPart10Head, type Part10Head } from '../part-10.js'
import { outcomeOf, storedByStatus, type InstanceStored, type Stored } from '../store-outcome.js'
import { withTimeLimit } from '../time-limit.js'
import { VERIFICATION } from './accepted-contexts.js'
import { MAX_CONTEXTS, type ProposedContext } from './association.js'
import { COMMAND, writeEchoRequest, writeStoreRequest, type Command } from './command.js'
import type { StoreScu, StoreScuOptions } from './dimse.js'
import { ProtocolError } from './pdu.js'
import { AssociationRejected, openAssociation, type Association } from './scu-association.js'

const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2'

/** An association for each `store` and `echo`, which is released at its end. */
export function createStoreScu(options: StoreScuOptions): StoreScu {
  const limited = (signal: AbortSignal | undefined, objects: number): AbortSignal =>
    withTimeLimit(signal ?? new AbortController().signal, options.timeoutMs * (objects + 1))
  return {
    async store(objects, given) {
      const sent = objects.map((file) => ({ file, head: readPart10Head(file) }))
      const sendable = sent.filter(({ head }) => head !== undefined) as Sent[]
      const storeds = await storeAll(options, sendable, limited(given, objects.length))
      return outcomeOf(
        sent.map(({ head }): InstanceStored => {
          if (head === undefined) return { sopInstanceUid: '', outcome: 'refused', reason: 'no DICOM file' }
          const at = sendable.findIndex((one) => one.head === head)
          return { sopInstanceUid: head.sopInstanceUid, ...storeds[at]! }
        }),
      )
    },
    async echo(given) {
      const signal = limited(given, 0)
      const context = { id: 1, sopClassUid: VERIFICATION, transferSyntaxUids: [IMPLICIT_LITTLE_ENDIAN] }
      try {
        const association = await openAssociation(options, [context], signal)
        return await withRelease(association, async () => {
          if (!association.accepted.has(context.id)) return NO_CONTEXT
          const answer = await association.exchange(context.id, writeEchoRequest(VERIFICATION, 1))
          return storedOf(answer, COMMAND.echoResponse, 1)
        })
      } catch (error) {
        return failureOf(error)
      }
    },
  }
}

interface Sent {
  readonly file: Uint8Array
  readonly head: Part10Head
}

const NO_CONTEXT: Stored = { outcome: 'refused', reason: 'class or transfer syntax not supported' }

async function storeAll(options: StoreScuOptions, sent: readonly Sent[], signal: AbortSignal): Promise<Stored[]> {
  if (sent.length === 0) return []
  const contexts = contextsOf(sent)
  const storeds: Stored[] = []
  try {
    const association = await openAssociation(options, contexts, signal)
    await withRelease(association, async () => {
      for (const one of sent) storeds.push(await storeOne(association, contexts, one))
    })
  } catch (error) {
    // What was answered stays so; the others are as good as not sent.
    const failure = failureOf(error)
    while (storeds.length < sent.length) storeds.push(failure)
  }
  return storeds
}

async function storeOne(
  association: Association,
  contexts: readonly ProposedContext[],
  { file, head }: Sent,
): Promise<Stored> {
  const context = contexts.find((one) => isFor(one, head))
  if (context === undefined || !association.accepted.has(context.id)) return NO_CONTEXT
  const messageId = 1
  const dataSet = file.subarray(head.dataSetAt)
  const answer = await association.exchange(context.id, writeStoreRequest(head, messageId), dataSet)
  return storedOf(answer, COMMAND.storeResponse, messageId)
}

/** A class in one transfer syntax each: nothing is transcoded. */
function contextsOf(sent: readonly Sent[]): ProposedContext[] {
  const contexts: ProposedContext[] = []
  for (const { head } of sent) {
    if (contexts.length === MAX_CONTEXTS || contexts.some((one) => isFor(one, head))) continue
    const { sopClassUid, transferSyntaxUid } = head
    contexts.push({ id: 2 * contexts.length + 1, sopClassUid, transferSyntaxUids: [transferSyntaxUid] })
  }
  return contexts
}

function isFor({ sopClassUid, transferSyntaxUids }: ProposedContext, head: Part10Head): boolean {
  return sopClassUid === head.sopClassUid && transferSyntaxUids[0] === head.transferSyntaxUid
}

function storedOf({ field, messageId, status }: Command, wanted: number, askedId: number): Stored {
  if (field !== wanted || messageId !== askedId || status === undefined) throw new ProtocolError('unexpected answer')
  return storedByStatus(status)
}

/** What was answered holds even where the other side does not end in good order. */
async function withRelease<T>(association: Association, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work()
    await association.release().catch(() => undefined)
    return result
  } finally {
    association.destroy()
  }
}

/** A system's code or our own word; a message could hold an address. */
function failureOf(error: unknown): Stored {
  if (error instanceof AssociationRejected)
    return { outcome: error.isLasting ? 'refused' : 'undelivered', reason: error.message }
  if (error instanceof ProtocolError) return { outcome: 'undelivered', reason: error.message }
  const { name, code } = error as NodeJS.ErrnoException
  if (name === 'TimeoutError') return { outcome: 'undelivered', reason: 'timeout' }
  return { outcome: 'undelivered', reason: typeof code === 'string' ? code : 'aborted' }
}
