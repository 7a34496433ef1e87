/** One association that a peer has opened, from its first byte to its last. */
import type { Socket } from 'node:net'
import { acceptContexts, VERIFICATION, type AcceptedContext } from './accepted-contexts.js'
import {
  readAssociateRequest,
  writeAssociateAccept,
  writeAssociateReject,
  type AssociateReject,
  type AssociateRequest,
} from './association.js'
import { COMMAND, MAX_COMMAND_BYTES, readCommand, writeResponse, type Command } from './command.js'
import type { AcceptStatus, StoreScpOptions } from './dimse.js'
import { abortPdu, fragmentPdu, fragmentsOf, PDU, ProtocolError, readPdus, RELEASE_RESPONSE } from './pdu.js'
import type { Fragment, Pdu } from './pdu.js'
import { openSpoolFile, type SpoolFile } from './spool-file.js'

const SUCCESS = 0
/** PS3.4 table B.2-1, and PS3.7 annex C. */
const STATUS: Readonly<Record<AcceptStatus, number>> = {
  stored: SUCCESS,
  out_of_resources: 0xa700,
  does_not_match: 0xa900,
  cannot_understand: 0xc000,
  not_authorised: 0x0124,
}

export type AssociationOptions = StoreScpOptions & {
  /** There are as many as there may be; whoever calls is told to come back. */
  readonly isFull: boolean
  readonly address: string
}

/** How it ended, for the log and the counter. */
export type AssociationEnd = 'released' | 'rejected' | 'aborted_by_peer' | 'aborted' | 'lost'

/** Never rejects. The socket is ended, or gone. */
export async function serveAssociation(socket: Socket, options: AssociationOptions): Promise<AssociationEnd> {
  const pdus = withIdleLimit(readPdus(socket.iterator({ destroyOnReturn: false })), socket, options.idleTimeoutMs)
  const link = { socket, pdus, options }
  try {
    const request = await readRequest(pdus)
    const refusal = refusalOf(request, options)
    if (refusal !== undefined) {
      await send(link, writeAssociateReject(refusal))
      return 'rejected'
    }
    const { results, accepted } = acceptContexts(request)
    await send(link, writeAssociateAccept(request, results))
    return await serveMessages(link, { accepted, callingAe: request.callingAe })
  } catch (error) {
    // Why the socket was ended says more than that it cannot be written to any more.
    const cause = socket.errored ?? error
    const isOurs = cause instanceof ProtocolError
    options.log.warn({ reason: isOurs ? cause.message : codeOf(cause) }, 'a DICOM association was given up')
    if (isOurs && socket.writable) socket.write(abortPdu(2))
    return isOurs ? 'aborted' : 'lost'
  } finally {
    await pdus.return()
  }
}

interface Link {
  readonly socket: Socket
  readonly pdus: AsyncGenerator<Pdu, void, undefined>
  readonly options: AssociationOptions
}

interface Agreed {
  readonly accepted: ReadonlyMap<number, AcceptedContext>
  readonly callingAe: string
}

/** The time that a whole PDU may take to come; what we do with it in between does not count. */
async function* withIdleLimit(pdus: AsyncGenerator<Pdu, void, undefined>, socket: Socket, limitMs: number) {
  try {
    for (;;) {
      const limit = setTimeout(() => socket.destroy(new ProtocolError('silent for too long')), limitMs)
      const next = await pdus.next().finally(() => clearTimeout(limit))
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await pdus.return()
  }
}

async function readRequest(pdus: AsyncGenerator<Pdu, void, undefined>): Promise<AssociateRequest> {
  const first = await pdus.next()
  if (first.done === true) throw new ProtocolError('ended before it began')
  if (first.value.type !== PDU.associateRequest) throw new ProtocolError('no association')
  return readAssociateRequest(first.value.body)
}

/** PS3.8 table 9-21: by the user of the service, source 1; by its provider, source 3. */
function refusalOf(
  { calledAe, callingAe }: AssociateRequest,
  options: AssociationOptions,
): AssociateReject | undefined {
  if (options.isFull) return { isLasting: false, source: 3, reason: 2 }
  if (calledAe !== options.aeTitle) return { isLasting: true, source: 1, reason: 7 }
  const isPeer = options.peers.some(
    ({ aeTitle, address = options.address }) => aeTitle === callingAe && address === options.address,
  )
  return isPeer ? undefined : { isLasting: true, source: 1, reason: 3 }
}

/** Messages one after the other, as one that has agreed on no asynchronous operations has to send them. */
async function serveMessages(link: Link, agreed: Agreed): Promise<AssociationEnd> {
  const messages = createMessages(link.options, agreed)
  try {
    for await (const { type, body } of link.pdus) {
      if (type === PDU.abort) return 'aborted_by_peer'
      if (type === PDU.releaseRequest) {
        await send(link, RELEASE_RESPONSE)
        return 'released'
      }
      if (type !== PDU.data) throw new ProtocolError('unexpected PDU')
      for (const fragment of fragmentsOf(body)) {
        const response = await messages.take(fragment)
        if (response !== undefined) await send(link, response)
      }
    }
    return 'lost'
  } finally {
    await messages.close()
  }
}

interface Incoming {
  readonly contextId: number
  readonly command: Command
  readonly context: AcceptedContext
  readonly spool: SpoolFile
}

function createMessages(options: AssociationOptions, { accepted, callingAe }: Agreed) {
  let command: Buffer[] = []
  let commandBytes = 0
  let incoming: Incoming | undefined

  const takeCommand = async ({ contextId, bytes, isLast }: Fragment, context: AcceptedContext) => {
    commandBytes += bytes.length
    if (commandBytes > MAX_COMMAND_BYTES) throw new ProtocolError('command too long')
    command.push(Buffer.from(bytes))
    if (!isLast) return undefined
    const request = readCommand(Buffer.concat(command))
    command = []
    commandBytes = 0
    if (request.field === COMMAND.echoRequest && !request.hasDataSet && context.sopClassUid === VERIFICATION)
      return responsePdu(contextId, request, SUCCESS)
    checkStore(request, context)
    const object = { ...context, sopInstanceUid: request.sopInstanceUid }
    const { spoolDir: folder, maxObjectBytes: maxBytes } = options
    const spool = await openSpoolFile({ folder, maxBytes, object, callingAe })
    incoming = { contextId, command: request, context, spool }
    return undefined
  }
  const takeData = async (fragment: Fragment, message: Incoming) => {
    await message.spool.write(fragment.bytes)
    if (!fragment.isLast) return undefined
    const outcome = await acceptOf(options, message, callingAe)
    await message.spool.remove()
    incoming = undefined
    options.meter.count('radserve_dimse_objects_total', { outcome })
    return responsePdu(message.contextId, message.command, STATUS[outcome])
  }
  return {
    /** The answer to a message that this was the last piece of. */
    async take(fragment: Fragment): Promise<Buffer | undefined> {
      const context = accepted.get(fragment.contextId)
      if (context === undefined) throw new ProtocolError('context that was not accepted')
      if (fragment.isCommand !== (incoming === undefined)) throw new ProtocolError('message out of order')
      if (incoming === undefined) return takeCommand(fragment, context)
      if (incoming.contextId !== fragment.contextId) throw new ProtocolError('message out of order')
      return takeData(fragment, incoming)
    },
    async close() {
      await incoming?.spool.remove()
    },
  }
}

function checkStore(request: Command, { sopClassUid }: AcceptedContext): void {
  if (request.field !== COMMAND.storeRequest || !request.hasDataSet || sopClassUid === VERIFICATION)
    throw new ProtocolError('command that is not taken')
  if (request.sopClassUid !== sopClassUid || request.sopInstanceUid === '')
    throw new ProtocolError('object of another class than its context, or without its UID')
}

async function acceptOf(options: AssociationOptions, message: Incoming, callingAe: string): Promise<AcceptStatus> {
  const { spool, command, context } = message
  const spooled = await spool.finish()
  if ('failure' in spooled) {
    options.log.warn({ reason: spooled.failure }, 'an object that came by C-STORE could not be kept')
    return 'out_of_resources'
  }
  const { sopClassUid, sopInstanceUid } = command
  const object = { sopClassUid, sopInstanceUid, transferSyntaxUid: context.transferSyntaxUid }
  const source = { callingAe, address: options.address }
  try {
    return await options.accept({ file: spool.path, ...spooled, ...object, ...source })
  } catch (error) {
    options.log.error({ err: error }, 'an object that came by C-STORE could not be taken')
    return 'out_of_resources'
  }
}

function responsePdu(contextId: number, request: Command, status: number): Buffer {
  return fragmentPdu({ contextId, isCommand: true, isLast: true, bytes: writeResponse(request, status) })
}

/** Waits until the system has taken the bytes: a peer that reads nothing gets no second answer, and is given up in time. */
async function send({ socket, options }: Pick<Link, 'socket' | 'options'>, bytes: Buffer): Promise<void> {
  const limit = setTimeout(() => socket.destroy(new ProtocolError('does not read')), options.idleTimeoutMs)
  await new Promise<void>((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()))
  }).finally(() => clearTimeout(limit))
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'failed'
}
