/** The other side of an association, byte by byte, so that it can do what no library would. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { writeAssociateRequest } from '../../../src/hospital/dimse/association.js'
import { writeEchoRequest, writeStoreRequest } from '../../../src/hospital/dimse/command.js'
import { fragmentPdu, readPdus, type Pdu } from '../../../src/hospital/dimse/pdu.js'

export const DX = '1.2.840.10008.5.1.4.1.1.1.1'
export const DX_FOR_PROCESSING = `${DX}.1`
export const EXPLICIT = '1.2.840.10008.1.2.1'
const VERIFICATION = '1.2.840.10008.1.1'

export const REQUEST = writeAssociateRequest({
  calledAe: 'RADSERVE',
  callingAe: 'SENDER',
  contexts: [
    { id: 1, sopClassUid: DX, transferSyntaxUids: [EXPLICIT] },
    { id: 3, sopClassUid: VERIFICATION, transferSyntaxUids: [EXPLICIT] },
    { id: 5, sopClassUid: DX_FOR_PROCESSING, transferSyntaxUids: ['1.2.3', EXPLICIT] },
    { id: 7, sopClassUid: '1.2.840.10008.5.1.4.1.1.2', transferSyntaxUids: [EXPLICIT] },
    { id: 9, sopClassUid: DX, transferSyntaxUids: ['1.2.3'] },
  ],
})

export const storeCommand = (object = { sopClassUid: DX, sopInstanceUid: '1.2.3.4' }, contextId = 1): Buffer =>
  fragmentPdu({ contextId, isCommand: true, isLast: true, bytes: writeStoreRequest(object, 7) })

export const echoCommand = (contextId = 3): Buffer =>
  fragmentPdu({ contextId, isCommand: true, isLast: true, bytes: writeEchoRequest(VERIFICATION, 7) })

export const data = (bytes: Buffer, isLast: boolean, contextId = 1): Buffer =>
  fragmentPdu({ contextId, isCommand: false, isLast, bytes })

export interface PeerSocket {
  readonly socket: Socket
  /** The next PDU; `undefined` once the other side has hung up. */
  next(): Promise<Pdu | undefined>
}

export async function call(t: TestContext, port: number): Promise<PeerSocket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  const pdus = readPdus(socket.iterator({ destroyOnReturn: false }))
  return {
    socket,
    async next() {
      const next = await pdus.next().catch(() => undefined)
      return next === undefined || next.done === true ? undefined : next.value
    },
  }
}
