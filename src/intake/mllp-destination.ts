import { AppError } from '../errors.js'
import { shippedCodeTable } from '../hospital/codes/code-table.js'
import { readSourceFilm } from '../hospital/dicom/source-film.js'
import type { Bundle } from '../hospital/fhir/resources.js'
import { documentOf } from '../hospital/fhir/document.js'
import { createMllpSender, type MllpOptions } from '../hospital/hl7/mllp-sender.js'
import { oruMessage, type OruFrame } from '../hospital/hl7/oru.js'
import type { Destination } from './destination.js'

/** MSH-10 has 20 characters. */
const CONTROL_ID_CHARACTERS = 20

export interface MllpDestinationOptions extends Omit<MllpOptions, 'attempts' | 'backoffMs'> {
  readonly frame: Pick<OruFrame, 'sender' | 'receiver' | 'processing'>
}

/** A RIS: the FHIR answer as an ORU^R01, whose control id is the delivery's, by which a second one is told from the first. */
export function mllpDestination(name: string, { frame, ...options }: MllpDestinationOptions): Destination {
  const sender = createMllpSender({ ...options, attempts: 1, backoffMs: 0 })
  return {
    name,
    takes: 'application/fhir+json',
    prepare(result, { deliveryId, films }) {
      const document = documentOf(JSON.parse(result.toString('utf8')) as Bundle)
      const [report] = document.reports
      const [film] = films
      if (report === undefined || film === undefined)
        throw new AppError('internal', 'A message was to be made of no report or no film. This is a bug.')
      const { AccessionNumber: said } = readSourceFilm(film).patientAndStudy
      const accessionNumber = typeof said === 'string' ? said : ''
      const codes = shippedCodeTable()
      const whole: OruFrame = { ...frame, controlId: controlIdOf(deliveryId), accessionNumber }
      return Buffer.from(oruMessage(document, report, { frame: whole, codes }))
    },
    async send(object, deliveryId, signal) {
      const sent = await sender.send(object.toString('utf8'), controlIdOf(deliveryId), signal)
      return sent.outcome === 'refused' ? { outcome: 'refused', reason: sent.code } : sent
    },
    close: () => sender.close(),
  }
}

function controlIdOf(deliveryId: string): string {
  return deliveryId.replaceAll('-', '').slice(0, CONTROL_ID_CHARACTERS)
}
