/** Films on their way into JSON: base64 in every field that takes one, whatever the endpoint. */

/** Bytes that become one text at a time: a multiple of three, so that the pieces of base64 can be joined. */
const CHUNK_BYTES = 3 * 8192

/** The body as JSON text; bytes in it become `{"data": "<base64>"}`. */
export async function bodyText(body: unknown): Promise<string> {
  return JSON.stringify(await withoutBytes(body))
}

async function withoutBytes(value: unknown): Promise<unknown> {
  if (value instanceof Blob) return { data: base64(new Uint8Array(await value.arrayBuffer())) }
  if (value instanceof ArrayBuffer) return { data: base64(new Uint8Array(value)) }
  if (value instanceof Uint8Array) return { data: base64(value) }
  if (Array.isArray(value)) return Promise.all(value.map(withoutBytes))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(async ([key, each]) => [key, await withoutBytes(each)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

/** RFC 4648 section 4, padded. */
export function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES)))
  return text
}
