/**
 * What became of one object. `accepted`: the receiver has it. `refused`: it would not take it a second time either.
 * `undelivered`: it may be sent again, under the same UIDs. A reason is a number of the standard or a word of ours, never the
 * receiver's text, which may quote the patient.
 */
export type Stored =
  { readonly outcome: 'accepted' } | { readonly outcome: 'refused' | 'undelivered'; readonly reason: string }

export type InstanceStored = Stored & { readonly sopInstanceUid: string }

/**
 * Of one attempt at several objects: `accepted` when all are, `undelivered` when one is, else `refused`; the reason is the first
 * such object's. `instances` has one entry for each object, in the order given.
 */
export type StoreOutcome = Stored & { readonly instances: readonly InstanceStored[] }

/** Whatever takes DICOM objects: a DICOMweb server (STOW-RS) or an application entity (C-STORE). */
export interface ObjectStore {
  /**
   * One attempt; whoever sends waits and repeats. Takes whole files (PS3.10), which are sent byte for byte. Never rejects: an
   * abort is `undelivered` too.
   */
  store(objects: readonly Uint8Array[], signal?: AbortSignal): Promise<StoreOutcome>
}

export function outcomeOf(instances: readonly InstanceStored[]): StoreOutcome {
  const worst =
    instances.find(({ outcome }) => outcome === 'undelivered') ?? instances.find(({ outcome }) => outcome === 'refused')
  if (worst === undefined || worst.outcome === 'accepted') return { outcome: 'accepted', instances }
  return { outcome: worst.outcome, reason: worst.reason, instances }
}

/** PS3.4 table B.2-1 and PS3.7 annex C: out of resources, and failures that may have been of the moment. */
const PASSING = new Set([0x0110, 0x0213])
const DUPLICATE = 0x0111

/** What a status of C-STORE, or a failure reason (0008,1197) of STOW-RS, says. An object that is there already is there. */
export function storedByStatus(status: number): Stored {
  const isWarning = status >> 12 === 0xb || status === 0x0107 || status === 0x0116
  if (status === 0 || status === DUPLICATE || isWarning) return { outcome: 'accepted' }
  const isPassing = status >> 8 === 0xa7 || PASSING.has(status)
  const reason = `status ${status.toString(16).toUpperCase().padStart(4, '0')}`
  return { outcome: isPassing ? 'undelivered' : 'refused', reason }
}
