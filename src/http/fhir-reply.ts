import type { FastifyReply } from 'fastify'
import type { ClassificationsResult } from '../families/dual-encoder/classifications.js'
import type { Answer, ReadFilm } from '../flows/answer.js'
import type { ReportsResult } from '../flows/report.js'
import type { SegmentationsResult } from '../flows/segment.js'
import type { AiFilm, AiReport } from '../hospital/ai-report.js'
import { shippedCodeTable } from '../hospital/codes/code-table.js'
import { fhirBundle } from '../hospital/fhir/bundle.js'
import { readFilmUids } from '../imaging/dicom/film-uids.js'
import { classifiedFinding, outlinedFinding, writtenFindings } from './fhir-findings.js'
import { addAnswerHeaders } from './replies.js'

export const FHIR_JSON = 'application/fhir+json'

export interface FhirErrand<Result> {
  readonly reply: FastifyReply
  readonly answer: Answer<Result>
  /** The files as given. */
  readonly images: readonly Uint8Array[]
  readonly serviceVersion: string
}

/** One report for each film, or one for the study. */
export function classificationsBundle(errand: FhirErrand<ClassificationsResult>, isStudy: boolean): Buffer {
  const { items, scoreKind, note } = errand.answer.result
  return send(
    errand,
    items.map(({ image, labels, warnings = [] }) => {
      const films = isStudy ? everyFilm(errand) : [image]
      const notes = unfitNotes(errand, films)
      return {
        ...filmsOf(errand, films),
        findings: labels.map((label) => classifiedFinding(label, scoreKind, notes)),
        notes: [...(note === undefined ? [] : [note]), ...warnings.map(({ detail }) => detail)],
      }
    }),
  )
}

/** One report for each film with every text that was looked for. */
export function segmentationsBundle(errand: FhirErrand<SegmentationsResult>): Buffer {
  return send(
    errand,
    everyFilm(errand).map((film) => ({
      ...filmsOf(errand, [film]),
      findings: errand.answer.result.items
        .filter(({ image }) => image === film)
        .map((item) => outlinedFinding(item, unfitNotes(errand, [film]))),
      notes: [],
    })),
  )
}

export function reportBundle(errand: FhirErrand<ReportsResult>): Buffer {
  const { text, findings, check, warnings } = errand.answer.result
  const films = everyFilm(errand)
  return send(errand, [
    {
      ...filmsOf(errand, films),
      findings: writtenFindings(findings, check, unfitNotes(errand, films)),
      ...(text.trim() !== '' && { text }),
      notes: warnings.map(({ detail }) => detail),
    },
  ])
}

function send<Result>({ reply, answer, serviceVersion }: FhirErrand<Result>, reports: readonly AiReport[]): Buffer {
  addAnswerHeaders(reply, answer)
  void reply.type(FHIR_JSON)
  // The hour of the day, where the services' clock only counts.
  const document = { reports, model: answer.model, serviceVersion, atMs: Date.now() }
  return Buffer.from(JSON.stringify(fhirBundle(document, shippedCodeTable())))
}

function everyFilm({ images }: Pick<FhirErrand<unknown>, 'images'>): number[] {
  return images.map((_, at) => at)
}

function filmsOf({ images, answer }: FhirErrand<unknown>, at: readonly number[]): Pick<AiReport, 'films' | 'views'> {
  const films = at.map((image): AiFilm => {
    const uids = readFilmUids(images[image]!)
    const pixelSha256 = answer.films?.[image]?.pixelSha256
    return { ...(uids && { uids }), ...(pixelSha256 !== undefined && { pixelSha256 }) }
  })
  const views = viewsOf(at.map((image) => answer.films?.[image]))
  return { films, ...(views && { views }) }
}

/** Where every film says that it is a radiograph of a chest, and two that they are of different directions. */
function viewsOf(films: readonly (ReadFilm | undefined)[]): AiReport['views'] {
  const isChest = films.every((film) => film?.dicom?.bodyPart === 'chest' && film.dicom.modality !== 'other')
  if (!isChest || films.length === 0 || films.length > 2) return undefined
  if (films.length === 1) return 'one'
  const directions = new Set(films.map((film) => film?.dicom?.view))
  return directions.has('frontal') && directions.has('lateral') ? 'two' : undefined
}

function unfitNotes({ answer }: FhirErrand<unknown>, films: readonly number[]): string[] {
  const reasons = (answer.unfit ?? []).filter(({ image }) => films.includes(image)).map(({ reason }) => reason)
  return [...new Set(reasons)].map((reason) => `The film is not one that the model may be asked about: ${reason}.`)
}
