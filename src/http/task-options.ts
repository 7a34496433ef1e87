/** Whether the options of a task that is not asked by a caller are such that its route would take them. */
import type { TSchema } from 'typebox'
import { ClassificationsBodySchema } from './schemas/classifications.js'
import { ReportsBodySchema } from './schemas/reports.js'
import { SegmentationsBodySchema } from './schemas/segmentations.js'
import { Upload } from './upload.js'
import { createCheck } from './validator.js'

const SCHEMAS: Readonly<Record<string, TSchema>> = {
  '/v1/classifications': ClassificationsBodySchema,
  '/v1/segmentations': SegmentationsBodySchema,
  '/v1/reports': ReportsBodySchema,
}
const OF_FILMS = ['image', 'images', 'study', 'ground_truth', 'ground_truths'] as const

/** Throws `malformed_body` with a pointer for each option that does not fit. */
export function checkTaskOptions(route: string, options: Readonly<Record<string, unknown>>): void {
  const schema = SCHEMAS[route]
  if (schema === undefined) throw new TypeError('Not a route of a task.')
  // A film where none may be: what the options say of it is wrong in any case.
  const films = Object.fromEntries(OF_FILMS.filter((name) => name in options).map((name) => [name, 'given']))
  createCheck(schema)({ image: new Upload(new Uint8Array(1)), ...options, ...films })
}
