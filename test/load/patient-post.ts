import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

export interface PatientReply {
  readonly status: number
  readonly text: string
}

/** A POST of JSON that waits for as long as it takes: `fetch` gives up after five minutes without a header. */
export async function patientPost(url: string, body: object): Promise<PatientReply> {
  const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json' } })
  sent.end(JSON.stringify(body))
  const [reply] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: reply.statusCode ?? 0, text: await text(reply) }
}
