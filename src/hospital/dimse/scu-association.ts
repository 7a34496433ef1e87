/** One association that we open with another application entity. */
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { once } from 'node:events'
import { readAssociateAccept, readAssociateReject, writeAssociateRequest, type ProposedContext } from './association.js'
import { MAX_COMMAND_BYTES, readCommand, type Command } from './command.js'
import type { StoreScuOptions } from './dimse.js'
import {
  fragmentBytes,
  fragmentHead,
  fragmentPdu,
  fragmentsOf,
  PDU,
  ProtocolError,
  readPdus,
  RELEASE_REQUEST,
} from './pdu.js'
import type { Pdu } from './pdu.js'

/** The other side does not want to talk to us. `isLasting`: not later either. */
export class AssociationRejected extends Error {
  readonly isLasting: boolean

  constructor({ isLasting, source, reason }: ReturnType<typeof readAssociateReject>) {
    super(`association rejected ${isLasting ? 1 : 2}/${source}/${reason}`)
    this.isLasting = isLasting
  }
}

export interface Association {
  /** Ids of the proposed contexts that the other side takes. */
  readonly accepted: ReadonlySet<number>
  /** One message and the command that answers it. */
  exchange(contextId: number, command: Buffer, dataSet?: Uint8Array): Promise<Command>
  /** Ends it in good order. */
  release(): Promise<void>
  destroy(): void
}

/** Throws `AssociationRejected`, `ProtocolError`, what the system says, or the reason of `signal`, which ends the association too. */
export async function openAssociation(
  options: StoreScuOptions,
  contexts: readonly ProposedContext[],
  signal: AbortSignal,
): Promise<Association> {
  const socket = await connect(options, signal)
  const pdus = readPdus(socket.iterator({ destroyOnReturn: false }))
  try {
    const { calledAe, callingAe } = options
    await write(socket, writeAssociateRequest({ calledAe, callingAe, contexts }))
    const { type, body } = await nextPdu(pdus)
    if (type === PDU.associateReject) throw new AssociationRejected(readAssociateReject(body))
    if (type !== PDU.associateAccept) throw new ProtocolError('unexpected PDU')
    const { contexts: results, maxPduBytes } = readAssociateAccept(body)
    const accepted = new Set(results.filter(({ result }) => result === 0).map(({ id }) => id))
    return associationOf({ socket, pdus, accepted, pieceBytes: fragmentBytes(maxPduBytes) })
  } catch (error) {
    socket.destroy()
    throw error
  }
}

interface Opened {
  readonly socket: Socket
  readonly pdus: AsyncGenerator<Pdu, void, undefined>
  readonly accepted: ReadonlySet<number>
  readonly pieceBytes: number
}

function associationOf({ socket, pdus, accepted, pieceBytes }: Opened): Association {
  return {
    accepted,
    async exchange(contextId, command, dataSet = new Uint8Array()) {
      await write(socket, fragmentPdu({ contextId, isCommand: true, isLast: true, bytes: command }))
      for (let at = 0; at < dataSet.byteLength; at += pieceBytes) {
        const end = Math.min(at + pieceBytes, dataSet.byteLength)
        const bytes = Buffer.from(dataSet.buffer, dataSet.byteOffset + at, end - at)
        const fragment = { contextId, isCommand: false, isLast: end === dataSet.byteLength, bytes }
        socket.cork()
        socket.write(fragmentHead(fragment))
        const written = write(socket, bytes)
        socket.uncork()
        await written
      }
      return readResponse(pdus)
    },
    async release() {
      await write(socket, RELEASE_REQUEST)
      await nextPdu(pdus)
      socket.destroy()
    },
    destroy: () => socket.destroy(),
  }
}

async function connect({ host, port, timeoutMs, tls }: StoreScuOptions, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted()
  const socket =
    tls === undefined ? connectPlain({ host, port }) : connectTls({ host, port, ...tls, minVersion: 'TLSv1.2' })
  const onAbort = (): void => void socket.destroy(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  // What went wrong is told by whoever waits for the bytes.
  socket.on('error', () => undefined).on('close', () => signal.removeEventListener('abort', onAbort))
  socket.setNoDelay().setTimeout(timeoutMs, () => socket.destroy(new ProtocolError('timeout')))
  try {
    await once(socket, tls === undefined ? 'connect' : 'secureConnect')
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function nextPdu(pdus: AsyncGenerator<Pdu, void, undefined>): Promise<Pdu> {
  const next = await pdus.next()
  if (next.done === true) throw new ProtocolError('hung up')
  if (next.value.type === PDU.abort) throw new ProtocolError('aborted by the other side')
  return next.value
}

async function readResponse(pdus: AsyncGenerator<Pdu, void, undefined>): Promise<Command> {
  const pieces: Buffer[] = []
  let bytes = 0
  for (;;) {
    const { type, body } = await nextPdu(pdus)
    if (type !== PDU.data) throw new ProtocolError('unexpected PDU')
    for (const fragment of fragmentsOf(body)) {
      bytes += fragment.bytes.length
      if (!fragment.isCommand || bytes > MAX_COMMAND_BYTES) throw new ProtocolError('unexpected answer')
      pieces.push(Buffer.from(fragment.bytes))
      if (fragment.isLast) return readCommand(Buffer.concat(pieces))
    }
  }
}

/** Waits until the system has taken the bytes: no more than one piece of an object is on its way. */
async function write(socket: Socket, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}
