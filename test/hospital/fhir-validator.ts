/** FHIR R4 by the schemas and value sets of the `fhir` package, offline. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import type { Bundle, DiagnosticReport, Observation, Provenance, Resource } from '../../src/hospital/fhir/resources.js'

interface Validated {
  readonly valid: boolean
  readonly messages: readonly { readonly severity?: string; readonly location?: string; readonly message?: string }[]
}

// A library without types of its own for what is used here.
const { Fhir } = createRequire(import.meta.url)('fhir') as {
  Fhir: new () => { validate(resource: object, options?: object): Validated }
}
const fhir = new Fhir()

export function isValidFhir(resource: object): boolean {
  return fhir.validate(resource, { errorOnUnexpected: true }).valid
}

/** The Bundle, after it and each of its resources were found valid, and every reference found in it. */
export function readBundle(json: string): Bundle {
  const bundle = JSON.parse(json) as Bundle
  for (const resource of [bundle, ...bundle.entry.map((entry) => entry.resource)]) {
    const { valid, messages } = fhir.validate(resource, { errorOnUnexpected: true })
    const errors = messages.filter(({ severity }) => severity === 'error' || severity === 'fatal')
    assert.deepEqual([valid, errors], [true, []], resource.resourceType)
  }
  const urls = new Set(bundle.entry.map(({ fullUrl }) => fullUrl))
  assert.equal(urls.size, bundle.entry.length)
  for (const [reference] of json.matchAll(/(?<="reference":")[^"]+/g)) assert.ok(urls.has(reference), reference)
  return bundle
}

export function resourcesOf<Kind extends Resource['resourceType']>(
  bundle: Bundle,
  kind: Kind,
): Extract<Resource, { resourceType: Kind }>[] {
  return bundle.entry.flatMap(({ resource }) =>
    resource.resourceType === kind ? [resource as Extract<Resource, { resourceType: Kind }>] : [],
  )
}

export type { DiagnosticReport, Observation, Provenance }
