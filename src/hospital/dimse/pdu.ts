/** Protocol data units of the upper layer (PS3.8 section 9.3): a type, a length, and that many bytes. */

export const PDU = {
  associateRequest: 1,
  associateAccept: 2,
  associateReject: 3,
  data: 4,
  releaseRequest: 5,
  releaseResponse: 6,
  abort: 7,
} as const
export type PduType = (typeof PDU)[keyof typeof PDU]

export interface Pdu {
  readonly type: PduType
  /** The reader's only until the next PDU. */
  readonly body: Buffer
}

const HEAD_BYTES = 6
/** A request with 128 contexts of some thirty transfer syntaxes each has about as many. */
const MAX_ASSOCIATE_BYTES = 128 << 10
const SHORT_BYTES = 4
/** Longest PDU of data that is taken here and said to be when an association begins. */
export const MAX_DATA_BYTES = 128 << 10

const MAX_BYTES: Readonly<Record<PduType, number>> = {
  [PDU.associateRequest]: MAX_ASSOCIATE_BYTES,
  [PDU.associateAccept]: MAX_ASSOCIATE_BYTES,
  [PDU.associateReject]: SHORT_BYTES,
  [PDU.data]: MAX_DATA_BYTES,
  [PDU.releaseRequest]: SHORT_BYTES,
  [PDU.releaseResponse]: SHORT_BYTES,
  [PDU.abort]: SHORT_BYTES,
}

/** The other side does not keep to the protocol; the message is ours and holds none of its bytes. */
export class ProtocolError extends Error {}

/**
 * PDUs one after the other; the source is asked for more only when the last one is done with. Type and length are looked at before
 * memory is taken: throws `ProtocolError` for an unknown type, one that is too long and one that is cut.
 */
export async function* readPdus(source: AsyncIterable<Buffer>): AsyncGenerator<Pdu, void, undefined> {
  // One place for all of them: films of many megabytes would else leave as much garbage behind.
  let place = Buffer.alloc(HEAD_BYTES)
  let heldBytes = 0
  let wantedBytes = HEAD_BYTES
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.copy(place, heldBytes, at, at + wantedBytes - heldBytes)
      at += taken
      heldBytes += taken
      if (heldBytes < wantedBytes) break
      wantedBytes = lengthOf(place)
      if (place.length < wantedBytes) place = Buffer.concat([place], wantedBytes)
      if (heldBytes < wantedBytes) continue
      yield { type: place[0] as PduType, body: place.subarray(HEAD_BYTES, wantedBytes) }
      heldBytes = 0
      wantedBytes = HEAD_BYTES
    }
  }
  if (heldBytes > 0) throw new ProtocolError('cut in the middle')
}

function lengthOf(head: Buffer): number {
  const limit = (MAX_BYTES as Readonly<Record<number, number | undefined>>)[head[0]!]
  if (limit === undefined) throw new ProtocolError('unknown PDU type')
  const bodyBytes = head.readUInt32BE(2)
  if (bodyBytes > limit || (limit === SHORT_BYTES && bodyBytes !== SHORT_BYTES))
    throw new ProtocolError('PDU of a wrong length')
  return HEAD_BYTES + bodyBytes
}

export function writePdu(type: PduType, body: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  head[0] = type
  head.writeUInt32BE(body.length, 2)
  return Buffer.concat([head, body])
}

/** What is said when an association is given up: by whom (0: the user of the service, 2: its provider), and why. */
export function abortPdu(source: 0 | 2, reason = 0): Buffer {
  return writePdu(PDU.abort, Buffer.from([0, 0, source, reason]))
}

export const RELEASE_REQUEST = writePdu(PDU.releaseRequest, Buffer.alloc(SHORT_BYTES))
export const RELEASE_RESPONSE = writePdu(PDU.releaseResponse, Buffer.alloc(SHORT_BYTES))

/** A piece of a message (PS3.8 annex E): of its command, or of the data set that belongs to it. */
export interface Fragment {
  readonly contextId: number
  readonly isCommand: boolean
  readonly isLast: boolean
  readonly bytes: Buffer
}

const FRAGMENT_HEAD_BYTES = 6
const IS_COMMAND = 1
const IS_LAST = 2

/** Of a PDU of data. Throws `ProtocolError` for lengths that do not add up. */
export function fragmentsOf(body: Buffer): Fragment[] {
  const fragments: Fragment[] = []
  for (let at = 0; at < body.length;) {
    if (at + FRAGMENT_HEAD_BYTES > body.length) throw new ProtocolError('fragment without a head')
    const end = at + 4 + body.readUInt32BE(at)
    if (end < at + FRAGMENT_HEAD_BYTES || end > body.length) throw new ProtocolError('fragment of a wrong length')
    const flags = body[at + 5]!
    fragments.push({
      contextId: body[at + 4]!,
      isCommand: (flags & IS_COMMAND) !== 0,
      isLast: (flags & IS_LAST) !== 0,
      bytes: body.subarray(at + FRAGMENT_HEAD_BYTES, end),
    })
    at = end
  }
  return fragments
}

/** A PDU of one fragment. */
export function fragmentPdu(fragment: Fragment): Buffer {
  return Buffer.concat([fragmentHead(fragment), fragment.bytes])
}

/** What stands before the bytes in a PDU of one fragment. */
export function fragmentHead({ contextId, isCommand, isLast, bytes }: Fragment): Buffer {
  const head = Buffer.alloc(HEAD_BYTES + FRAGMENT_HEAD_BYTES)
  head[0] = PDU.data
  head.writeUInt32BE(FRAGMENT_HEAD_BYTES + bytes.length, 2)
  head.writeUInt32BE(bytes.length + 2, HEAD_BYTES)
  head[HEAD_BYTES + 4] = contextId
  head[HEAD_BYTES + 5] = (isCommand ? IS_COMMAND : 0) | (isLast ? IS_LAST : 0)
  return head
}

/** Bytes of a fragment that fit into a PDU of the other side's longest length, of which 0 means any. */
export function fragmentBytes(maxPduBytes: number): number {
  const bytes = maxPduBytes === 0 ? MAX_DATA_BYTES : Math.min(maxPduBytes, MAX_DATA_BYTES)
  return bytes - FRAGMENT_HEAD_BYTES
}
