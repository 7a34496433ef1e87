import type { Family } from '../family.js'
import { diffusionFaults } from './faults.js'
import { diffusionSections } from './spec.js'

/** Words become a radiograph, or change one: Stable Diffusion and what was made of it (RoentGen). */
export const diffusion: Family = {
  name: 'diffusion',
  tasks: ['generations', 'edits'],
  sections: diffusionSections,
  faults: diffusionFaults,
}
