/** What is written of FHIR R4 (4.0.1): only the members that the service fills. */

export interface Coding {
  readonly system: string
  readonly code: string
  readonly display?: string
}

export interface CodeableConcept {
  readonly coding?: readonly Coding[]
  readonly text?: string
}

export interface Identifier {
  readonly system: string
  readonly value: string
}

export interface Reference {
  readonly reference?: string
  readonly type?: string
  readonly identifier?: Identifier
  readonly display?: string
}

export interface Quantity {
  readonly value: number
  readonly unit: string
  readonly system: 'http://unitsofmeasure.org'
  readonly code: string
}

interface Meta {
  readonly security: readonly Coding[]
}

export interface Device {
  readonly resourceType: 'Device'
  readonly identifier: readonly Identifier[]
  readonly status: 'active'
  readonly deviceName: readonly { readonly name: string; readonly type: 'model-name' }[]
  readonly type: CodeableConcept
  readonly version: readonly { readonly type: CodeableConcept; readonly value: string }[]
}

export interface Observation {
  readonly resourceType: 'Observation'
  readonly meta: Meta
  readonly status: 'preliminary'
  readonly category: readonly CodeableConcept[]
  readonly code: CodeableConcept
  readonly issued: string
  readonly valueCodeableConcept?: CodeableConcept
  readonly valueQuantity?: Quantity
  readonly dataAbsentReason?: CodeableConcept
  readonly note?: readonly { readonly text: string }[]
  readonly method: CodeableConcept
  readonly device: Reference
  readonly derivedFrom?: readonly Reference[]
  readonly component?: readonly { readonly code: CodeableConcept; readonly valueQuantity: Quantity }[]
}

export interface DiagnosticReport {
  readonly resourceType: 'DiagnosticReport'
  readonly meta: Meta
  readonly text: { readonly status: 'generated'; readonly div: string }
  readonly status: 'preliminary'
  readonly category: readonly CodeableConcept[]
  readonly code: CodeableConcept
  readonly issued: string
  readonly result?: readonly Reference[]
  readonly imagingStudy?: readonly Reference[]
  readonly conclusion: string
}

export interface Provenance {
  readonly resourceType: 'Provenance'
  readonly target: readonly Reference[]
  readonly recorded: string
  readonly activity: CodeableConcept
  readonly agent: readonly { readonly type: CodeableConcept; readonly who: Reference }[]
  readonly entity?: readonly { readonly role: 'source'; readonly what: Reference }[]
}

export type Resource = Device | Observation | DiagnosticReport | Provenance

export interface Bundle {
  readonly resourceType: 'Bundle'
  readonly type: 'collection'
  readonly timestamp: string
  readonly entry: readonly { readonly fullUrl: string; readonly resource: Resource }[]
}
