/** Six small films of one open radiograph, as detectors store them: 8 to 16 bits, both polarities, signed. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { filmElements, type Elements, type FilmSource } from './write-dicom.js'
import { decodeRaster } from '../../../src/imaging/raster.js'
import { rasterToGray } from '../../../src/imaging/colour.js'

const FILM = resolve(import.meta.dirname, '../../fixtures/imaging/films/nih_00001362_001.jpg')
/** Odd, so that rows are not aligned and pixel data is padded. */
export const ROWS = 211
export const COLUMNS = 173

export interface TestFilm extends FilmSource {
  readonly name: string
  readonly elements: Elements
}

export async function testFilms(rows = ROWS, columns = COLUMNS): Promise<TestFilm[]> {
  const { raster } = await decodeRaster(readFileSync(FILM), { imageBytes: 1e8, imagePixels: 1e8 })
  const gray = rasterToGray(raster)
  const crop = Array.from({ length: rows * columns }, (_, i) => {
    const [y, x] = [Math.floor(i / columns), i % columns]
    return gray.data[Math.floor((y * gray.height) / rows) * gray.width + Math.floor((x * gray.width) / columns)]!
  })
  // The low bits of a detector are noise; here a number that follows from the place.
  const noise = (i: number, most: number): number => (Math.imul(i + 1, 2_654_435_761) >>> 8) % most
  const x12 = Uint16Array.from(crop, (v, i) => Math.min(4095, v * 14 + 300 + noise(i, 16)))
  const window = (center: number, width: number): Elements => ({
    '00281050': ['DS', String(center)],
    '00281051': ['DS', String(width)],
  })
  const film = (name: string, samples: FilmSource['samples'], bitsStored: number, more: Elements): TestFilm => {
    const source = { rows, columns, samples, bitsStored }
    return { ...source, name, elements: { ...filmElements(source), ...more } }
  }
  const inverse: Elements = { '00280004': ['CS', 'MONOCHROME1'], '20500020': ['CS', 'INVERSE'] }
  return [
    film('m2_12', x12, 12, window(2048, 3500)),
    film(
      'm1_12',
      x12.map((v) => 4095 - v),
      12,
      { ...inverse, ...window(2048, 3500) },
    ),
    film(
      'm2_16',
      Uint16Array.from(crop, (v, i) => Math.min(65535, v * 220 + 4000 + noise(i, 200))),
      16,
      window(32768, 60000),
    ),
    film('m2_8', Uint8Array.from(crop), 8, window(128, 256)),
    film(
      'm2_14_voi',
      Uint16Array.from(crop, (v, i) => v * 60 + 500 + noise(i, 50)),
      14,
      sigmoidTable(14),
    ),
    film(
      'm2_16s',
      Int16Array.from(x12, (v) => v - 2048),
      16,
      window(0, 3500),
    ),
  ]
}

function sigmoidTable(bits: number): Elements {
  const entries = 2 ** bits
  const lut = Uint16Array.from(
    { length: entries },
    (_, i) => 65535 / (1 + Math.exp(-(i - entries / 2) / (entries / 10))),
  )
  return {
    '00283010': ['SQ', [{ '00283002': ['US', [entries, 0, 16]], '00283006': ['OW', new Uint8Array(lut.buffer)] }]],
  }
}
