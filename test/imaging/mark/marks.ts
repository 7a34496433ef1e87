/** Marked pictures for tests, and readers that share no code with what writes the marks. */
import { crc32 } from 'node:zlib'
import type { Making, SyntheticMark } from '../../../src/imaging/mark/mark.js'
import type { PictureJob } from '../../../src/imaging/mark/marked-picture.js'

export const MAKING: Making = {
  prompt: 'chest radiograph, Erguß 日本 <b>&amp;\nSteps: 1',
  negativePrompt: 'blurry',
  model: { name: 'tiny', version: '1.0.0', digest: 'abcdef0123456789' },
  seed: '18446744073709551615',
  steps: 8,
  sampler: 'ddim',
  guidanceScale: 1.5,
  size: { width: 70, height: 40 },
  details: { noise_source: 'torch-cpu' },
}
export const MARK: SyntheticMark = { source: 'trainedAlgorithmicMedia', making: MAKING }

/** A ramp over all 16-bit levels, `channels` of it shifted against each other. */
export function rampJob(given: Partial<PictureJob> & { channels?: 1 | 3 } = {}): PictureJob {
  const { channels = 1, ...rest } = given
  const [width, height] = [70, 40]
  const data = Uint16Array.from({ length: width * height * channels }, (_, at) => (at * 65_535) / (width * height * 3))
  return { raster: { width, height, channels, data }, format: 'png', bitDepth: 8, mark: MARK, ...rest }
}

/** The text chunks of a PNG by keyword; every checksum is looked at. */
export function pngTexts(png: Uint8Array): Map<string, string> {
  const bytes = Buffer.from(png)
  const texts = new Map<string, string>()
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    const body = bytes.subarray(at + 8, at + 8 + length)
    if (bytes.readUInt32BE(at + 8 + length) !== crc32(bytes.subarray(at + 4, at + 8 + length)))
      throw new Error(`The checksum of ${type} is wrong.`)
    const end = body.indexOf(0)
    const keyword = body.toString('latin1', 0, end)
    if (type === 'tEXt') texts.set(keyword, body.toString('latin1', end + 1))
    // Not compressed, no language, no translated keyword.
    if (type === 'iTXt') texts.set(keyword, body.toString('utf8', end + 5))
    at += length + 12
  }
  return texts
}

/** The text of an element of an XMP packet. */
export function xmpValue(packet: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(packet)?.[1]
  return text?.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
