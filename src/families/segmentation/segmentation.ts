import type { Family } from '../family.js'
import { segmentationFaults } from './faults.js'
import { segmentationSections } from './spec.js'

/** A film and a sentence give a mask: text guides which region is found (LViT). */
export const segmentation: Family = {
  name: 'segmentation',
  tasks: ['segmentations'],
  sections: segmentationSections,
  faults: segmentationFaults,
}
