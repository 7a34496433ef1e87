import { Type } from 'typebox'

/** Written as bytes; the schema is for whoever reads the OpenAPI document. */
export const fhirBundleContent = {
  schema: Type.Unsafe<Buffer>({
    type: 'object',
    description:
      'A FHIR R4 collection Bundle: DiagnosticReport (preliminary), Observation, Provenance, Device. See docs/fhir.md.',
    required: ['resourceType', 'type', 'entry'],
    properties: {
      resourceType: { type: 'string', enum: ['Bundle'] },
      type: { type: 'string', enum: ['collection'] },
      timestamp: { type: 'string', format: 'date-time' },
      entry: { type: 'array', items: { type: 'object', additionalProperties: true } },
    },
  }),
}
