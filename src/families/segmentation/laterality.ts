import type { Point, Size } from '../../imaging/geometry.js'

/**
 * Where the patient's left is on the film. A frontal film is hung as if the patient stood opposite: the patient's left
 * is the right of the picture, for AP and PA alike. A file that was mirrored, or not yet turned around, is the other way.
 */
export const PATIENT_LEFT = ['image_right', 'image_left'] as const
export type PatientLeft = (typeof PATIENT_LEFT)[number]

/** The patient's side. */
export type Laterality = 'left' | 'right' | 'midline'

/** The side of the film's vertical midline on which a centroid lies; `midline` within half a pixel of it. */
export function lateralityOf(centroid: Point, film: Size, patientLeft: PatientLeft): Laterality {
  const offset = centroid.x - film.width / 2
  if (Math.abs(offset) <= 0.5) return 'midline'
  return offset > 0 === (patientLeft === 'image_right') ? 'left' : 'right'
}
