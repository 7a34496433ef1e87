import { AppError } from '../../errors.js'
import type { DicomwebClient, DicomwebFrame, DicomwebOptions, DicomwebPath } from './dicomweb.js'
import { chunksOf, createAsk, failureOf, found, readDicomJson, upstreamFailed } from './exchange.js'
import { isUid } from '../part-10.js'
import { withTimeLimit } from '../time-limit.js'
import { readRelatedParts, relatedTypeOf } from './related-parts.js'
import { createStow } from './stow.js'

const DICOM_JSON = 'application/dicom+json'
const DICOM_PARTS = 'multipart/related; type="application/dicom"; transfer-syntax=*'
const FRAME_PARTS = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
/** Boundaries and headers of the parts of an answer. */
const OVERHEAD_BYTES_PER_PART = 4096

export function createDicomwebClient(options: DicomwebOptions): DicomwebClient {
  const ask = createAsk(options)
  const limited = (signal: AbortSignal | undefined): AbortSignal =>
    withTimeLimit(signal ?? new AbortController().signal, options.timeoutMs)

  const parts = async function* (path: string, accept: string, given: AbortSignal | undefined, maxBytes: number) {
    const signal = limited(given)
    try {
      const response = found(await ask({ path, accept, signal }))
      const limits = {
        maxParts: options.maxParts,
        maxPartBytes: maxBytes,
        maxBytes: maxBytes + options.maxParts * OVERHEAD_BYTES_PER_PART,
      }
      const type = response.headers.get('content-type') ?? ''
      let allBytes = 0
      for await (const part of readRelatedParts(chunksOf(response), type, limits)) {
        const bytes = await collect(part.body)
        allBytes += bytes.byteLength
        if (allBytes > maxBytes) throw new AppError('too_large', `The answer is larger than ${maxBytes} bytes.`)
        yield { bytes, mediaType: part.headers.get('content-type') ?? relatedTypeOf(type).type ?? '' }
      }
    } catch (error) {
      throw failureOf(error, given)
    }
  }
  return {
    async search(level, query, given) {
      const signal = limited(given)
      try {
        const response = await ask({
          path: `/${level}?${new URLSearchParams(query).toString()}`,
          accept: DICOM_JSON,
          signal,
        })
        if (response.status === 204) return []
        return await readDicomJson(found(response), options.maxBytes)
      } catch (error) {
        throw failureOf(error, given)
      }
    },
    async *retrieve(path, given, maxBytes = options.maxBytes) {
      for await (const { bytes } of parts(pathOf(path), DICOM_PARTS, given, maxBytes)) yield bytes
    },
    async frame(frame, given) {
      for await (const part of parts(framePath(frame), FRAME_PARTS, given, options.maxBytes)) return part
      throw upstreamFailed('no part')
    },
    store: createStow({ ask, limited }),
  }
}

async function collect(body: AsyncIterable<Buffer>): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function pathOf({ study, series, instance }: DicomwebPath): string {
  if (instance !== undefined && series === undefined) throw new TypeError('An instance is one of a series.')
  const steps = [['studies', study] as const, ['series', series] as const, ['instances', instance] as const]
  return steps.flatMap(([name, uid]) => (uid === undefined ? [] : [`/${name}/${checked(uid)}`])).join('')
}

function framePath({ frame, ...path }: DicomwebFrame): string {
  if (!Number.isInteger(frame) || frame < 1) throw new TypeError('Frames are counted from 1.')
  return `${pathOf(path)}/frames/${frame}`
}

/** Nothing but a UID goes into a path. */
function checked(uid: string): string {
  if (isUid(uid)) return uid
  throw new AppError('dicom_not_found', 'That is not a UID.')
}
