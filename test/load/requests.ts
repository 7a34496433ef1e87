import { requestBytes } from './connection.js'
import type { ImageGraph } from './graph-input.js'

/** A film as the raw body of a request for its vector. */
export function embeddingRequest(
  model: string,
  film: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  const path = `/v1/embeddings?model=${encodeURIComponent(model)}`
  return requestBytes('POST', path, { 'content-type': 'image/jpeg', ...headers }, film)
}

/** A film as the raw body of a request for what the text names, answered in JSON with mask and contours. */
export function segmentationRequest(model: string, film: Uint8Array, text: string): Buffer {
  const path = `/v1/segmentations?model=${encodeURIComponent(model)}&text=${encodeURIComponent(text)}`
  return requestBytes('POST', path, { 'content-type': 'image/jpeg' }, film)
}

/** Pixels as a binary tensor of the Open Inference Protocol, asking for the vector as one. */
export function inferRequest(model: string, graph: ImageGraph, pixels: Uint8Array): Buffer {
  const head = JSON.stringify({
    inputs: [
      {
        name: graph.input,
        shape: [1, graph.channels, graph.height, graph.width],
        datatype: 'UINT8',
        parameters: { binary_data_size: pixels.length },
      },
    ],
    outputs: [{ name: graph.output, parameters: { binary_data: true } }],
  })
  const headers = {
    'content-type': 'application/octet-stream',
    'inference-header-content-length': Buffer.byteLength(head),
  }
  return requestBytes('POST', inferPath(model), headers, Buffer.concat([Buffer.from(head), pixels]))
}

/** `name@version` → the path of its image tower. */
function inferPath(model: string): string {
  const [name, version] = model.split('@') as [string, string]
  return `/v2/models/${name}.image_encoder/versions/${version}/infer`
}

/** `isWhole`: every pixel is decoded before the film is made smaller, as the service does. */
export function naiveEmbeddingRequest(film: Uint8Array, isWhole = false): Buffer {
  return requestBytes('POST', isWhole ? '/embeddings?whole=yes' : '/embeddings', { 'content-type': 'image/jpeg' }, film)
}

export function naiveInferRequest(pixels: Uint8Array): Buffer {
  return requestBytes('POST', '/infer', { 'content-type': 'application/octet-stream' }, pixels)
}
