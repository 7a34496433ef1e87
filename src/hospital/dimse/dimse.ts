import type { Log, Meter } from '../../ports.js'
import type { ObjectStore, Stored } from '../store-outcome.js'

export interface Peer {
  readonly aeTitle: string
  /** Of its socket; left out, any. */
  readonly address?: string
}

/** One object as it arrived. */
export interface ReceivedInstance {
  /**
   * Path of a whole file (PS3.10) below `spoolDir`, written through to the disk. It belongs to `accept`, which may rename it; what
   * is still there when `accept` has settled is removed.
   */
  readonly file: string
  /** Of that file. */
  readonly bytes: Buffer
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly transferSyntaxUid: string
  readonly callingAe: string
  readonly address: string
}

/** `stored` 0000, or a failure of PS3.4 table B.2-1: A700, A900, C000, and 0124. */
export type AcceptStatus = 'stored' | 'out_of_resources' | 'does_not_match' | 'cannot_understand' | 'not_authorised'

export interface StoreScpOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Ours; a call for another is rejected. */
  readonly aeTitle: string
  /** Who may call; others are rejected. */
  readonly peers: readonly Peer[]
  readonly maxAssociations: number
  readonly maxObjectBytes: number
  /** Of silence on an association, also while its first bytes are waited for. */
  readonly idleTimeoutMs: number
  /** Must be there. */
  readonly spoolDir: string
  /** Success is answered only after it resolved with `stored`; a rejection is A700, which may be tried again, and
   * a line in the log. */
  accept(instance: ReceivedInstance): Promise<AcceptStatus>
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string }
  readonly log: Log
  readonly meter: Meter
}

/** Takes what others store: C-STORE of radiographs (CR, DX) and C-ECHO. */
export interface StoreScp {
  readonly port: number
  /** Takes no more associations; those that are open get `graceMs` to end, then their sockets are closed. */
  close(graceMs?: number): Promise<void>
}

export interface StoreScuOptions {
  readonly host: string
  readonly port: number
  readonly calledAe: string
  readonly callingAe: string
  /** Of silence of the other side, and of all that is done for one object. */
  readonly timeoutMs: number
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
}

/** Stores objects with another application entity: C-STORE, each in the transfer syntax that it has. */
export interface StoreScu extends ObjectStore {
  /** C-ECHO: whether the other side is there and takes our calls. Never rejects. */
  echo(signal?: AbortSignal): Promise<Stored>
}
