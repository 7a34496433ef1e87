import { jobs } from './0001-jobs.js'
import { owners } from './0002-owners.js'
import { intake } from './0003-intake.js'

/** One step of the schema. A step that was released is never changed: what is wrong with it is mended by the next. */
export interface Migration {
  readonly name: string
  readonly statements: readonly string[]
}

/** In order; the version of a database is how many of them it has seen. */
export const MIGRATIONS: readonly Migration[] = [jobs, owners, intake]
