/** A DICOMweb server that keeps what it is sent, on a port of this machine; it can be told to be ill. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { readRelatedParts } from '../../src/hospital/dicomweb/related-parts.js'
import { readFilmUids } from '../../src/imaging/dicom/film-uids.js'

/** `ill`: answers 503; `refusing`: that it will never take the object; `silent`: keeps it and does not say so. */
export type Health = 'well' | 'ill' | 'refusing' | 'silent'

export interface Pacs {
  readonly url: string
  health: Health
  /** Files in the order in which they came; an object that came twice is here twice. */
  readonly objects: { readonly uid: string; readonly bytes: Buffer }[]
  readonly requests: number
  /** Resolves when there are so many. */
  received(count: number): Promise<void>
  asked(count: number): Promise<void>
}

export async function startPacs(t: TestContext): Promise<Pacs> {
  const objects: { uid: string; bytes: Buffer }[] = []
  const waiting: { isSo: () => boolean; tell: () => void }[] = []
  let requests = 0
  const check = (): void => {
    for (const each of waiting.splice(0)) {
      if (each.isSo()) each.tell()
      else waiting.push(each)
    }
  }
  const until = (isSo: () => boolean): Promise<void> =>
    new Promise((tell) => {
      waiting.push({ isSo, tell })
      check()
    })
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const files: Buffer[] = []
    const limits = { maxParts: 100, maxPartBytes: 1e9, maxBytes: 1e9 }
    for await (const { body } of readRelatedParts(request, request.headers['content-type'] ?? '', limits)) {
      const chunks: Buffer[] = []
      for await (const chunk of body) chunks.push(chunk)
      files.push(Buffer.concat(chunks))
    }
    requests++
    if (pacs.health === 'well' || pacs.health === 'silent')
      objects.push(...files.map((bytes) => ({ uid: uidOf(bytes), bytes })))
    if (pacs.health !== 'silent') reply(response, files, pacs.health)
    check()
  }
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const pacs: Pacs = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dicom-web`,
    health: 'well',
    objects,
    get requests() {
      return requests
    },
    received: (count) => until(() => objects.length >= count),
    asked: (count) => until(() => requests >= count),
  }
  return pacs
}

function reply(response: ServerResponse, files: readonly Buffer[], health: Health): void {
  if (health === 'ill') {
    response.writeHead(503).end()
    return
  }
  const references = files.map((bytes) => ({
    '00081150': { vr: 'UI', Value: [readFilmUids(bytes)?.sopClass ?? ''] },
    '00081155': { vr: 'UI', Value: [uidOf(bytes)] },
  }))
  const isRefused = health === 'refusing'
  const body = isRefused
    ? {
        '00081198': {
          vr: 'SQ',
          Value: references.map((each) => ({ ...each, '00081197': { vr: 'US', Value: [0xa900] } })),
        },
      }
    : { '00081199': { vr: 'SQ', Value: references } }
  response.writeHead(isRefused ? 409 : 200, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(body))
}

function uidOf(bytes: Buffer): string {
  return readFilmUids(bytes)?.instance ?? ''
}
