import { Type } from 'typebox'

/** What becomes of films that a model was not made for: docs/dicom.md. */
export const GATE_KEYS = {
  GATE: Type.Enum(['enforce', 'warn', 'off'], {
    default: 'enforce',
    description:
      'What becomes of DICOM films that the model was not made for: refused (422), told in x-unfit, or nothing.',
  }),
  GATE_MAX_LOSSY_RATIO: Type.Number({
    default: 20,
    minimum: 1,
    maximum: 1000,
    description: 'Lossy compression of a DICOM film, bytes before over bytes after, above which it is unfit.',
  }),
  GATE_OUTLIERS: Type.Enum(['enforce', 'warn', 'off'], {
    default: 'enforce',
    description:
      'The same for films of any format that are unlike all that the model was made from; off where GATE is off.',
  }),
  GATE_MAX_OUTLIER_SCORE: Type.Number({
    default: 1,
    minimum: 0.1,
    maximum: 1000,
    description: "Outlier score of a film, in units of the model's own limit, above which it is unlike.",
  }),
}
