/** From a request for a report that was read to its answer, whole or token by token. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ReportToken } from '../families/report/write-report.js'
import type { ReportsRequest } from '../flows/report.js'
import type { Clock } from '../ports.js'
import { negotiate } from './accept.js'
import { DICOM } from './dicom-reply.js'
import { createEventQueue } from './event-queue.js'
import { FHIR_JSON, reportBundle } from './fhir-reply.js'
import { innerRequest } from './inner-request.js'
import { openAiShape } from './problem.js'
import { progressSink } from './progress.js'
import { withPlaces, type PlacedImage } from './read-images.js'
import { addAnswerHeaders, noteModel } from './replies.js'
import { readStudyFilms, sendDraft } from './report-object.js'
import { reportReply, tokenReply } from './report-reply.js'
import type { RouteContext } from './routes/route.js'
import type { ReportReply, ReportsBody } from './schemas/reports.js'
import { EVENT_STREAM, streamEvents } from './sse.js'

export interface ReportErrand {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly body: ReportsBody
  readonly films: readonly PlacedImage[]
  readonly task: ReportsRequest
}

export function answerReport(context: RouteContext, errand: ReportErrand): Promise<ReportReply | Buffer | undefined> {
  if (isObject(errand)) return answerObject(context, errand)
  switch (formOf(errand)) {
    case 'application/json':
      return answerJson(context, errand)
    case FHIR_JSON:
      return answerFhir(context, errand)
    case EVENT_STREAM:
      return answerEvents(context, errand)
  }
}

function isObject({ request, body }: ReportErrand): boolean {
  return (
    body.stream !== true &&
    negotiate(request.headers.accept, ['application/json', EVENT_STREAM, FHIR_JSON, DICOM]) === DICOM
  )
}

async function answerObject({ services }: RouteContext, { reply, films, task }: ReportErrand): Promise<Buffer> {
  return withPlaces(films, async () => {
    const study = readStudyFilms(task.images)
    return sendDraft(await services.predict.reports(task), { services, reply, films: study })
  })
}

/** Throws `not_acceptable`. Whoever waits for a job reads its answer whole. */
function formOf({ request, body }: ReportErrand) {
  const { accept } = request.headers
  const wanted =
    body.stream === true
      ? negotiate(accept, [EVENT_STREAM, 'application/json'])
      : negotiate(accept, ['application/json', EVENT_STREAM, FHIR_JSON])
  if (wanted === FHIR_JSON) return FHIR_JSON
  const isStream = body.stream === true || wanted === EVENT_STREAM
  return isStream && innerRequest() === undefined ? EVENT_STREAM : 'application/json'
}

async function answerJson({ services }: RouteContext, { reply, films, task }: ReportErrand): Promise<ReportReply> {
  const answer = await withPlaces(films, () => services.predict.reports({ ...task, ...toldProgress(services.clock) }))
  addAnswerHeaders(reply, answer)
  return reportReply(answer)
}

async function answerFhir({ services }: RouteContext, { reply, films, task }: ReportErrand): Promise<Buffer> {
  const answer = await withPlaces(films, () => services.predict.reports({ ...task, ...toldProgress(services.clock) }))
  return reportBundle({ reply, answer, images: task.images, serviceVersion: services.version })
}

async function answerEvents({ services, http }: RouteContext, errand: ReportErrand): Promise<undefined> {
  const { request, reply, films, task } = errand
  const options = { heartbeatMs: http.eventHeartbeatMs, shape: openAiShape }
  await streamEvents(request, reply, options, async (sink) => {
    const queue = createEventQueue()
    const onToken = (token: ReportToken, index: number): void =>
      queue.add(() => sink.send({ event: 'token', data: { index, ...tokenReply(token) } }))
    const work = { ...task, keepsPartial: true, onToken }
    const answer = await withPlaces(films, () => services.predict.reports(work))
    noteModel(request, answer.model)
    await queue.flush()
    await sink.send({ event: 'result', data: reportReply(answer) })
    await sink.send({ event: 'end', data: {} })
  })
}

/** For whoever waits for the request as a job. Most texts end before `of`. */
function toldProgress({ nowMs }: Clock): Pick<ReportsRequest, 'onToken'> {
  const sink = progressSink()
  if (sink === undefined) return {}
  const startMs = nowMs()
  return {
    onToken(_token, index, of) {
      const step = index + 1
      sink({ step, of, etaMs: ((nowMs() - startMs) / step) * (of - step) })
    },
  }
}
