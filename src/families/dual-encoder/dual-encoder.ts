import type { Family } from '../family.js'
import { dualEncoderFaults } from './faults.js'
import { dualEncoderSections } from './spec.js'

/** Two towers, one for images and one for texts, whose vectors lie in one space (ConVIRT, GLoRIA, MedCLIP, MGCA …). */
export const dualEncoder: Family = {
  name: 'dual-encoder',
  tasks: ['embeddings', 'similarities', 'classifications'],
  sections: dualEncoderSections,
  faults: dualEncoderFaults,
}
