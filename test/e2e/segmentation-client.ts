/** Asks a running service for masks, and makes the films that they are asked of. */
import assert from 'node:assert/strict'
import sharp from 'sharp'
import { postJson } from './service.js'

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** One answer of POST /v1/segmentations, as far as tests look at it. */
export interface Item {
  readonly index: number
  readonly image: number
  readonly text: number
  readonly words: { used: string[]; filled: number; cut: string[]; cut_count: number }
  readonly threshold: number
  readonly size: { width: number; height: number }
  readonly area_px: number
  readonly area_mm2?: number
  readonly bounding_box?: Box
  readonly max_probability: number
  readonly region_count: number
  readonly regions: {
    area_px: number
    bounding_box: Box
    centroid: { x: number; y: number }
    laterality: string
    mean_probability: number
    contours?: { outer: number[][]; holes: number[][][] }
  }[]
  readonly rle?: { size: number[]; counts: string }
  readonly png?: string
  readonly probabilities?: { png?: string; npy?: string }
  readonly ground_truth?: {
    dice: number
    iou: number
    ground_truth_area_px: number
    hd95_px?: number
    hd95_mm?: number
    mean_surface_distance_px?: number
  }
  readonly warnings: { code: string; detail: string }[]
}

const toJson = (value: unknown): unknown =>
  Buffer.isBuffer(value) ? { data: value.toString('base64') } : Array.isArray(value) ? value.map(toJson) : value

/** Buffers in the body are images. */
export function ask(url: string, body: object, accept = 'application/json'): Promise<Response> {
  const json = Object.fromEntries(Object.entries(body).map(([key, value]) => [key, toJson(value)]))
  return postJson(`${url}/v1/segmentations`, json, { accept })
}

export async function answer(url: string, body: object): Promise<Item[]> {
  const reply = await ask(url, body)
  const text = await reply.text()
  assert.equal(reply.status, 200, text.slice(0, 500))
  return (JSON.parse(text) as { data: Item[] }).data
}

/** A gray PNG of 8 bits. */
export function gray(width: number, height: number, levelAt: (x: number, y: number) => number): Promise<Buffer> {
  const data = Uint8Array.from({ length: width * height }, (_, at) => levelAt(at % width, Math.floor(at / width)))
  return sharp(data, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer()
}

/** A black film with a white square off its middle, two fifths of its shorter side. */
export async function squareFilm(width: number, height: number) {
  const side = Math.round(Math.min(width, height) * 0.4)
  const [left, top] = [Math.floor((width - side) * 0.3), Math.floor((height - side) * 0.6)]
  const square = { left, top, right: left + side, bottom: top + side }
  const isIn = (x: number, y: number): boolean => x >= left && x < square.right && y >= top && y < square.bottom
  return { bytes: await gray(width, height, (x, y) => (isIn(x, y) ? 255 : 0)), square }
}

/** Samples as the file holds them: uint8, or uint16 for 16 bits. */
export async function pixelsOf(png: Buffer) {
  const { depth, space } = await sharp(png).metadata()
  const is16Bit = depth === 'ushort'
  const { data, info } = await sharp(png)
    .toColourspace(space)
    .raw({ depth: is16Bit ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const samples = is16Bit
    ? new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length))
    : new Uint8Array(data)
  return { data: Array.from(samples), info }
}

/** COCO's compressed counts, as `rleFrString` of maskApi.c reads them. */
export function decodeCounts(text: string): number[] {
  const counts: number[] = []
  for (let at = 0; at < text.length;) {
    let value = 0
    let shift = 0
    let isMore = true
    for (; isMore; shift += 5) {
      const code = text.charCodeAt(at++) - 48
      value |= (code & 0x1f) << shift
      isMore = (code & 0x20) !== 0
      if (!isMore && (code & 0x10) !== 0) value |= -1 << (shift + 5)
    }
    counts.push(counts.length > 2 ? value + counts[counts.length - 2]! : value)
  }
  return counts
}
