import { abortReason, AppError } from '../../errors.js'
import type { DicomJson, DicomwebOptions } from './dicomweb.js'

/** One request to the server and what it says, bounded; throws as `DicomwebClient` says. */
export interface Exchange {
  readonly path: string
  readonly accept: string
  readonly signal: AbortSignal
  readonly body?: { readonly type: string; readonly bytes: Uint8Array }
}

export type Ask = (exchange: Exchange) => Promise<Response>

export function createAsk({ baseUrl, auth }: DicomwebOptions): Ask {
  const authorization =
    auth?.kind === 'basic'
      ? `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`
      : auth && `Bearer ${auth.token}`
  return ({ path, accept, signal, body }) =>
    fetch(`${baseUrl}${path}`, {
      ...(body !== undefined && { method: 'POST', body: body.bytes as Uint8Array<ArrayBuffer> }),
      headers: {
        accept,
        ...(authorization !== undefined && { authorization }),
        ...(body !== undefined && { 'content-type': body.type }),
      },
      // The credential would go along, to wherever the answer says.
      redirect: 'error',
      signal,
    })
}

/** Throws for every answer but 200; what else it says is thrown away, for it may quote the patient. */
export function found(response: Response): Response {
  if (response.status === 200) return response
  void response.body?.cancel()
  if (response.status === 404 || response.status === 410)
    throw new AppError('dicom_not_found', 'The DICOMweb server has no such object.')
  throw upstreamFailed(`HTTP ${response.status}`)
}

export async function readDicomJson(response: Response, maxBytes: number): Promise<DicomJson[]> {
  let bytes = 0
  const chunks: Uint8Array[] = []
  for await (const chunk of chunksOf(response)) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new AppError('too_large', `The answer is larger than ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  const value = parseJson(Buffer.concat(chunks).toString('utf8'))
  const list = Array.isArray(value) ? value : [value]
  if (!list.every((item) => typeof item === 'object' && item !== null)) throw upstreamFailed('no DICOM JSON')
  return list as DicomJson[]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw upstreamFailed('no DICOM JSON')
  }
}

export async function* chunksOf(response: Response): AsyncGenerator<Uint8Array, void, undefined> {
  if (response.body !== null) for await (const chunk of response.body) yield chunk as Uint8Array
}

/** An error of ours as it is; the messages of others may hold an address or what the server said. */
export function failureOf(error: unknown, outer: AbortSignal | undefined): AppError {
  if (outer?.aborted === true) return abortReason(outer)
  const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException }
  if (name === 'TimeoutError') return new AppError('deadline_exceeded', 'The DICOMweb server did not answer in time.')
  if (!(error instanceof AppError)) return upstreamFailed(cause?.code ?? 'failed')
  return error.code === 'malformed_body' ? upstreamFailed('answer that cannot be read') : error
}

export function upstreamFailed(reason: string): AppError {
  return new AppError('upstream_failed', `The DICOMweb server failed: ${reason}.`)
}
