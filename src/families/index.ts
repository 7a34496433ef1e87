import { dualEncoder } from './dual-encoder/dual-encoder.js'
import type { Family } from './family.js'

/** Every kind of architecture that is served, by the name that `model.json` calls it. A new family is one line here. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  [dualEncoder.name]: dualEncoder,
}
