/** A browser opens the address some time after the click. */
const OPENED_WITHIN_MS = 30_000

/** Hands bytes to the browser's own downloads. */
export function saveFile(bytes: Blob, name: string): void {
  const url = URL.createObjectURL(bytes)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), OPENED_WITHIN_MS)
}

/** Base64 as the service writes it. */
export function blobOf(base64: string, type: string): Blob {
  return new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], { type })
}
