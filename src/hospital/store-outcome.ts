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
