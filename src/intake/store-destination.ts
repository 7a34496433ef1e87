import type { ObjectStore } from '../hospital/store-outcome.js'
import type { Destination } from './destination.js'

/** A PACS that is sent DICOM objects, by STOW-RS or C-STORE: the same object twice is one object, by its UID. */
export function storeDestination(name: string, store: ObjectStore, close: () => void = () => undefined): Destination {
  return {
    name,
    takes: 'application/dicom',
    async send(object, _deliveryId, signal) {
      const { outcome, ...rest } = await store.store([object], signal)
      if (outcome === 'accepted') return { outcome }
      return { outcome, reason: 'reason' in rest ? rest.reason : 'failed' }
    },
    close,
  }
}
