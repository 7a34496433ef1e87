/** The parts of CycloneDX 1.6 that are written here: https://cyclonedx.org/docs/1.6/json/. */
export interface Hash {
  readonly alg: 'SHA-256'
  readonly content: string
}

export type LicenceChoice = { readonly license: { readonly id: string } } | { readonly license: { readonly name: string } }

export interface Property {
  readonly name: string
  readonly value: string
}

export interface Component {
  readonly type: 'machine-learning-model' | 'file' | 'application' | 'library' | 'operating-system'
  readonly 'bom-ref': string
  readonly name: string
  readonly version?: string
  readonly description?: string
  readonly purl?: string
  readonly hashes?: readonly Hash[]
  readonly licenses?: readonly LicenceChoice[]
  readonly modelCard?: object
  readonly components?: readonly Component[]
  readonly properties?: readonly Property[]
}

export interface Bom {
  readonly bomFormat: 'CycloneDX'
  readonly specVersion: string
  readonly components: readonly Component[]
  readonly metadata: Readonly<Record<string, unknown>>
}
