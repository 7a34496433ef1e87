import type { Family } from '../family.js'
import { reportFaults } from './faults.js'
import { reportSections } from './spec.js'

/** Films of a study become a draft of its findings, token by token (REFERS); beside it the towers of a dual encoder may stand. */
export const report: Family = {
  name: 'report',
  tasks: ['reports', 'embeddings', 'similarities', 'classifications'],
  sections: reportSections,
  faults: reportFaults,
}
