/** Scores of labels, and drafts of reports, as a structured report of DICOM. */
import type { FastifyReply } from 'fastify'
import { AppError } from '../errors.js'
import type { ClassificationsResult } from '../families/dual-encoder/classifications.js'
import type { Answer } from '../flows/answer.js'
import type { ReportsResult } from '../flows/report.js'
import { reportObject, type ReportedFinding, type ReportSource } from '../hospital/dicom/report-object.js'
import { readSourceFilm, requireDicomFilm } from '../hospital/dicom/source-film.js'
import { algorithmOf, sendObject } from './dicom-reply.js'
import type { HttpServices } from './services.js'

export type StudyFilms = ReportSource['films']

/** Throws `not_acceptable` for a film that is not DICOM, `image_unfit` for films of several studies. */
export function readStudyFilms(files: readonly Uint8Array[]): StudyFilms {
  const films = files.map((file) => {
    requireDicomFilm(file)
    return readSourceFilm(file)
  })
  const [first, ...others] = films
  if (first === undefined)
    throw new AppError('internal', 'A report object was asked for without a film. This is a bug.')
  const stray = films.findIndex(({ study }) => study !== first.study)
  if (stray < 0) return [first, ...others]
  throw new AppError('image_unfit', 'The films of one report are of several studies.', {
    details: { image: stray, reason: 'other_study' },
  })
}

interface Sending {
  readonly services: HttpServices
  readonly reply: FastifyReply
  readonly films: StudyFilms
}

export function sendScores(answer: Answer<ClassificationsResult>, { services, reply, films }: Sending): Buffer {
  const { items, scoreKind } = answer.result
  const findings = (items[0]?.labels ?? []).map(({ label, score }): ReportedFinding => ({
    label,
    score: { value: score, kind: scoreKind },
  }))
  return sendObject(reply, answer, reportObject({ films, findings, algorithm: algorithmOf(answer, services) }))
}

/** What a text does not mention is not absent, and is left out. */
export function sendDraft(answer: Answer<ReportsResult>, { services, reply, films }: Sending): Buffer {
  const { findings: read, text } = answer.result
  const findings = read.flatMap(({ label, state }): ReportedFinding[] =>
    state === 'not_mentioned' ? [] : [{ label, state }],
  )
  const source = { films, findings, text, algorithm: algorithmOf(answer, services) }
  return sendObject(reply, answer, reportObject(source))
}
