import { createHash } from 'node:crypto'
import type { AuditEvent } from '../../ports.js'

/** What stands before the first entry of a chain. */
export const GENESIS = '0'.repeat(64)

/** Beside what happens to the service, what happens to the chain itself. */
export type EntryEvent = AuditEvent | 'chain_begin' | 'chain_resume' | 'gap' | 'retention'

/** One line of a segment. `hash` is the sha256 of the canonical JSON of all its other members, `prev` that of the entry before. */
export interface Entry {
  readonly chain: string
  /** From 1, without gaps. */
  readonly seq: number
  /** ISO 8601, UTC. */
  readonly time: string
  readonly event: EntryEvent
  readonly prev: string
  readonly hash: string
  readonly [field: string]: unknown
}

/** What is known of a segment that is no longer written to; seals are chained as entries are. */
export interface Seal {
  readonly chain: string
  readonly first: number
  readonly last: number
  /** Hash of the segment's last entry. */
  readonly head: string
  /** Of the file. */
  readonly sha256: string
  readonly bytes: number
  readonly time: string
  readonly prev: string
  readonly hash: string
}

export type Chained = Entry | Seal

/** Fills in the hash. */
export function link<Content extends object>(content: Content, prev: string): Content & { prev: string; hash: string } {
  const unsigned = { ...content, prev }
  return { ...unsigned, hash: hashOf(unsigned) }
}

/** The hash that a line should have. */
export function hashOf(line: object): string {
  return createHash('sha256')
    .update(canonicalJson({ ...line, hash: undefined }))
    .digest('hex')
}

/**
 * RFC 8785: members sorted by their UTF-16 code units, no spaces, numbers and texts as ECMAScript writes them. Members that
 * are `undefined` are left out.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    // Not `localeCompare`: the standard sorts by code units.
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}
