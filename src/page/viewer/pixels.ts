/** A film as the browser can draw it. */
export interface Pixels {
  readonly width: number
  readonly height: number
  /** uint8[height · width · 4] */
  readonly rgba: Uint8ClampedArray
  /** Of the file, before it was made smaller to be shown. */
  readonly fullWidth: number
  readonly fullHeight: number
}

/** Longest side that is shown: 4 MB of pixels for each million, and no screen here shows more. */
const LONGEST_SIDE = 2048

/** Decodes a PNG, JPEG or WebP. Throws what the browser throws for a file that it cannot draw. */
export async function decodePixels(picture: Blob): Promise<Pixels> {
  const whole = await createImageBitmap(picture)
  const { width: fullWidth, height: fullHeight } = whole
  const scale = Math.min(1, LONGEST_SIDE / Math.max(fullWidth, fullHeight))
  const width = Math.max(1, Math.round(fullWidth * scale))
  const height = Math.max(1, Math.round(fullHeight * scale))
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('This browser gives no canvas.')
  context.imageSmoothingQuality = 'high'
  context.drawImage(whole, 0, 0, width, height)
  whole.close()
  return { width, height, fullWidth, fullHeight, rgba: context.getImageData(0, 0, width, height).data }
}
