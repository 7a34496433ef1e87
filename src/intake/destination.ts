import type { Stored } from '../hospital/store-outcome.js'

export interface ResultContext {
  /** Stays the same however often it is sent. */
  readonly deliveryId: string
  /** The films that the result is about, as they came. */
  readonly films: readonly Uint8Array[]
}

/** Where results go. */
export interface Destination {
  readonly name: string
  /** Media type of the results that it can be given. */
  readonly takes: 'application/dicom' | 'application/fhir+json'
  /** What is sent and kept until it was: left out, the result itself. Throws where none can be made of it. */
  prepare?(result: Buffer, context: ResultContext): Buffer
  /** One attempt. Never rejects. What was taken before under the same delivery id does no harm a second time. */
  send(object: Buffer, deliveryId: string, signal: AbortSignal): Promise<Stored>
  close(): void
}
