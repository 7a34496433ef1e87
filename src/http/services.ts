import type { Catalogue } from '../flows/catalogue.js'
import type { Indexes } from '../flows/indexes.js'
import type { Predict } from '../flows/predict.js'
import type { Intake } from '../intake/intake.js'
import type { Jobs } from '../jobs/jobs.js'
import type { ImagePool } from '../imaging/image-pool.js'
import type { Identity } from '../identity/identity.js'
import type { DicomwebClient } from '../hospital/dicomweb/dicomweb.js'
import type { AuditTrail, Clock, Meter } from '../ports.js'

/** Everything the routes ask of the rest of the house. */
export interface HttpServices {
  readonly predict: Predict
  readonly catalogue: Catalogue
  readonly indexes: Indexes
  /** Requests that are answered later. */
  readonly jobs: Jobs
  /** Left out where no films are taken in. */
  readonly intake?: Intake
  /** Draws maps and writes pictures; what is read from pixels goes through `predict`. */
  readonly images: Pick<ImagePool, 'overlay' | 'heatMap' | 'picture'>
  readonly metrics: { readonly contentType: string; text(): Promise<string> }
  /** Who is who. */
  readonly identity: Identity
  readonly audit: AuditTrail
  /** DICOMweb servers by name, of which images may be named. */
  readonly servers: ReadonlyMap<string, DicomwebClient>
  readonly meter: Meter
  readonly clock: Clock
  /** Of the service, not of a model. */
  readonly version: string
}
