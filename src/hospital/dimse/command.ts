/** Command sets (PS3.7 section 6.3, annex E): elements of group 0000 in implicit little endian. */
import { isUid, uidText } from '../part-10.js'
import { ProtocolError } from './pdu.js'

export const COMMAND = {
  storeRequest: 0x0001,
  storeResponse: 0x8001,
  echoRequest: 0x0030,
  echoResponse: 0x8030,
} as const

const TAG = {
  groupLength: 0x0000,
  sopClass: 0x0002,
  field: 0x0100,
  messageId: 0x0110,
  respondedTo: 0x0120,
  priority: 0x0700,
  dataSetType: 0x0800,
  status: 0x0900,
  sopInstance: 0x1000,
} as const
const NO_DATA_SET = 0x0101
const MEDIUM_PRIORITY = 0
const ELEMENT_HEAD_BYTES = 8
/** Of C-STORE and C-ECHO, with room for what others add. */
export const MAX_COMMAND_BYTES = 16 << 10

export interface Command {
  readonly field: number
  /** Of a request its own id, of a response that of its request. */
  readonly messageId: number
  readonly hasDataSet: boolean
  /** Empty where there is none, or what is there is no UID. */
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  /** Of a response. */
  readonly status: number | undefined
}

/** Throws `ProtocolError` for elements whose lengths do not add up, or without a command field. */
export function readCommand(bytes: Buffer): Command {
  const values = new Map<number, Buffer>()
  for (let at = 0; at < bytes.length;) {
    if (at + ELEMENT_HEAD_BYTES > bytes.length) throw new ProtocolError('command cut in the middle')
    const end = at + ELEMENT_HEAD_BYTES + bytes.readUInt32LE(at + 4)
    if (bytes.readUInt16LE(at) !== 0 || end > bytes.length) throw new ProtocolError('command of a wrong length')
    values.set(bytes.readUInt16LE(at + 2), bytes.subarray(at + ELEMENT_HEAD_BYTES, end))
    at = end
  }
  const number = (tag: number): number | undefined => {
    const value = values.get(tag)
    return value?.length === 2 ? value.readUInt16LE(0) : undefined
  }
  const uid = (tag: number): string => {
    const text = uidText(values.get(tag) ?? Buffer.alloc(0))
    return isUid(text) ? text : ''
  }
  const field = number(TAG.field)
  const messageId = number(TAG.messageId) ?? number(TAG.respondedTo)
  if (field === undefined || messageId === undefined) throw new ProtocolError('command without its field')
  return {
    field,
    messageId,
    hasDataSet: number(TAG.dataSetType) !== NO_DATA_SET,
    sopClassUid: uid(TAG.sopClass),
    sopInstanceUid: uid(TAG.sopInstance),
    status: number(TAG.status),
  }
}

/** The answer to a request. */
export function writeResponse(request: Command, status: number): Buffer {
  return command([
    [TAG.sopClass, request.sopClassUid],
    [TAG.field, request.field | 0x8000],
    [TAG.respondedTo, request.messageId],
    [TAG.dataSetType, NO_DATA_SET],
    [TAG.status, status],
    ...(request.sopInstanceUid === '' ? [] : [[TAG.sopInstance, request.sopInstanceUid] as const]),
  ])
}

export function writeStoreRequest(
  object: { readonly sopClassUid: string; readonly sopInstanceUid: string },
  messageId: number,
): Buffer {
  return command([
    [TAG.sopClass, object.sopClassUid],
    [TAG.field, COMMAND.storeRequest],
    [TAG.messageId, messageId],
    [TAG.priority, MEDIUM_PRIORITY],
    [TAG.dataSetType, 1],
    [TAG.sopInstance, object.sopInstanceUid],
  ])
}

export function writeEchoRequest(sopClassUid: string, messageId: number): Buffer {
  return command([
    [TAG.sopClass, sopClassUid],
    [TAG.field, COMMAND.echoRequest],
    [TAG.messageId, messageId],
    [TAG.dataSetType, NO_DATA_SET],
  ])
}

function command(elements: readonly (readonly [number, string | number])[]): Buffer {
  const body = Buffer.concat(elements.map(([tag, value]) => element(tag, valueBytes(value))))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(body.length)
  return Buffer.concat([element(TAG.groupLength, length), body])
}

function valueBytes(value: string | number): Buffer {
  if (typeof value === 'string') return Buffer.from(value.length % 2 === 0 ? value : `${value}\0`, 'latin1')
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function element(tag: number, value: Buffer): Buffer {
  const head = Buffer.alloc(ELEMENT_HEAD_BYTES)
  head.writeUInt16LE(tag, 2)
  head.writeUInt32LE(value.length, 4)
  return Buffer.concat([head, value])
}
