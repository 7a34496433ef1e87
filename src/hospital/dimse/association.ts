/** What two sides agree on before anything is sent (PS3.8 section 9.3.2 to 9.3.4, annex D). */
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION, isUid, uidText } from '../part-10.js'
import { MAX_DATA_BYTES, PDU, ProtocolError, writePdu } from './pdu.js'

const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1'
const ITEM = { application: 0x10, request: 0x20, result: 0x21, abstract: 0x30, syntax: 0x40, user: 0x50 } as const
const USER = { maxLength: 0x51, implementationClass: 0x52, implementationVersion: 0x55 } as const
/** Version, reserved, two titles, reserved. */
const FIXED_BYTES = 68
const AE_BYTES = 16
const CALLED_AT = 4
const CALLING_AT = 20
/** The ids are the odd numbers of a byte. */
export const MAX_CONTEXTS = 128
const MIN_PDU_BYTES = 1024

export interface ProposedContext {
  readonly id: number
  readonly sopClassUid: string
  readonly transferSyntaxUids: readonly string[]
}

export interface AssociateRequest {
  readonly calledAe: string
  readonly callingAe: string
  readonly contexts: readonly ProposedContext[]
  /** Longest PDU of data that the other side takes; 0: any. */
  readonly maxPduBytes: number
}

/** `result`: 0 accepted, 1 user rejection, 3 the SOP class, 4 the transfer syntaxes are not supported. */
export interface ContextResult {
  readonly id: number
  readonly result: 0 | 1 | 2 | 3 | 4
  readonly transferSyntaxUid: string
}

export interface AssociateAccept {
  readonly contexts: readonly ContextResult[]
  readonly maxPduBytes: number
}

/** `isLasting` and the numbers of PS3.8 table 9-21. */
export interface AssociateReject {
  readonly isLasting: boolean
  readonly source: number
  readonly reason: number
}

export function readAssociateRequest(body: Buffer): AssociateRequest {
  const items = itemsAfterHead(body)
  const contexts = items.filter(({ type }) => type === ITEM.request).map(({ bytes }) => readProposed(bytes))
  if (contexts.length === 0 || contexts.length > MAX_CONTEXTS) throw new ProtocolError('wrong number of contexts')
  return {
    calledAe: aeTitle(body, CALLED_AT),
    callingAe: aeTitle(body, CALLING_AT),
    contexts,
    maxPduBytes: maxPduBytesOf(items),
  }
}

export function readAssociateAccept(body: Buffer): AssociateAccept {
  const items = itemsAfterHead(body)
  const results = items.filter(({ type }) => type === ITEM.result)
  return { contexts: results.map(({ bytes }) => readResult(bytes)), maxPduBytes: maxPduBytesOf(items) }
}

export function readAssociateReject(body: Buffer): AssociateReject {
  return { isLasting: body[1] === 1, source: body[2]!, reason: body[3]! }
}

export function writeAssociateRequest(request: Omit<AssociateRequest, 'maxPduBytes'>): Buffer {
  const contexts = request.contexts.map(({ id, sopClassUid, transferSyntaxUids }) => {
    const syntaxes = transferSyntaxUids.map((uid) => item(ITEM.syntax, Buffer.from(uid)))
    return item(ITEM.request, Buffer.from([id, 0, 0, 0]), item(ITEM.abstract, Buffer.from(sopClassUid)), ...syntaxes)
  })
  return writePdu(PDU.associateRequest, Buffer.concat([fixed(request), application(), ...contexts, userItems()]))
}

export function writeAssociateAccept(request: AssociateRequest, results: readonly ContextResult[]): Buffer {
  const contexts = results.map(({ id, result, transferSyntaxUid }) =>
    item(ITEM.result, Buffer.from([id, 0, result, 0]), item(ITEM.syntax, Buffer.from(transferSyntaxUid))),
  )
  return writePdu(PDU.associateAccept, Buffer.concat([fixed(request), application(), ...contexts, userItems()]))
}

export function writeAssociateReject({ isLasting, source, reason }: AssociateReject): Buffer {
  return writePdu(PDU.associateReject, Buffer.from([0, isLasting ? 1 : 2, source, reason]))
}

interface Item {
  readonly type: number
  readonly bytes: Buffer
}

function itemsAfterHead(body: Buffer): Item[] {
  if (body.length < FIXED_BYTES) throw new ProtocolError('association without its titles')
  return itemsOf(body.subarray(FIXED_BYTES))
}

function itemsOf(bytes: Buffer): Item[] {
  const items: Item[] = []
  for (let at = 0; at < bytes.length;) {
    if (at + 4 > bytes.length) throw new ProtocolError('item without a head')
    const end = at + 4 + bytes.readUInt16BE(at + 2)
    if (end > bytes.length) throw new ProtocolError('item of a wrong length')
    items.push({ type: bytes[at]!, bytes: bytes.subarray(at + 4, end) })
    at = end
  }
  return items
}

function readProposed(bytes: Buffer): ProposedContext {
  const id = bytes[0] ?? 0
  if (bytes.length < 4 || id % 2 === 0) throw new ProtocolError('context without its id')
  const items = itemsOf(bytes.subarray(4))
  const uids = (wanted: number): string[] => items.filter(({ type }) => type === wanted).map((each) => uid(each.bytes))
  return { id, sopClassUid: uids(ITEM.abstract)[0] ?? '', transferSyntaxUids: uids(ITEM.syntax) }
}

function readResult(bytes: Buffer): ContextResult {
  const [id, , result] = bytes
  if (id === undefined || result === undefined || bytes.length < 4) throw new ProtocolError('context without a result')
  const [syntax] = result === 0 ? itemsOf(bytes.subarray(4)) : []
  return { id, result: result as ContextResult['result'], transferSyntaxUid: syntax ? uid(syntax.bytes) : '' }
}

function uid(bytes: Buffer): string {
  const text = uidText(bytes)
  return isUid(text) ? text : ''
}

function maxPduBytesOf(items: readonly Item[]): number {
  const user = items.find(({ type }) => type === ITEM.user)
  const said = user && itemsOf(user.bytes).find(({ type }) => type === USER.maxLength)
  const bytes = said?.bytes.length === 4 ? said.bytes.readUInt32BE(0) : 0
  // A piece of a few bytes each would cost a PDU each.
  if (bytes !== 0 && bytes < MIN_PDU_BYTES) throw new ProtocolError('PDUs too short to be of use')
  return bytes
}

function aeTitle(body: Buffer, at: number): string {
  return body.toString('latin1', at, at + AE_BYTES).trim()
}

function fixed({ calledAe, callingAe }: Pick<AssociateRequest, 'calledAe' | 'callingAe'>): Buffer {
  const bytes = Buffer.alloc(FIXED_BYTES)
  bytes[1] = 1
  bytes.write(calledAe.padEnd(AE_BYTES), CALLED_AT, 'latin1')
  bytes.write(callingAe.padEnd(AE_BYTES), CALLING_AT, 'latin1')
  return bytes
}

function application(): Buffer {
  return item(ITEM.application, Buffer.from(APPLICATION_CONTEXT))
}

function userItems(): Buffer {
  const maxLength = Buffer.alloc(4)
  maxLength.writeUInt32BE(MAX_DATA_BYTES)
  return item(
    ITEM.user,
    item(USER.maxLength, maxLength),
    item(USER.implementationClass, Buffer.from(IMPLEMENTATION_CLASS_UID)),
    item(USER.implementationVersion, Buffer.from(IMPLEMENTATION_VERSION)),
  )
}

function item(type: number, ...parts: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(parts)
  const head = Buffer.from([type, 0, 0, 0])
  head.writeUInt16BE(bytes.length, 2)
  return Buffer.concat([head, bytes])
}
