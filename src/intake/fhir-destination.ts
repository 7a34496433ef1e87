import { createFhirPush, type FhirPushOptions } from '../hospital/fhir/push.js'
import type { Bundle } from '../hospital/fhir/resources.js'
import type { Destination } from './destination.js'

/** A FHIR server: the Bundle's identifier is the delivery's id, by which a second one is told from the first. */
export function fhirDestination(name: string, options: Omit<FhirPushOptions, 'attempts' | 'backoffMs'>): Destination {
  // Waiting and trying again is the business of deliveries, which outlive the process.
  const push = createFhirPush({ ...options, attempts: 1, backoffMs: 0 })
  return {
    name,
    takes: 'application/fhir+json',
    send: (object, deliveryId, signal) => push.push(JSON.parse(object.toString('utf8')) as Bundle, signal, deliveryId),
    close: () => push.close(),
  }
}
