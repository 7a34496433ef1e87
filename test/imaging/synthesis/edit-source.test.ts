import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { encodePng } from '../../../src/imaging/raster.js'
import { readEditSource, type EditSourceJob } from '../../../src/imaging/synthesis/edit-source.js'
import { sizeForFilm } from '../../../src/imaging/synthesis/size-rule.js'

const LIMITS = { imageBytes: 1e7, imagePixels: 1e7 }
const SIDE = 16
const SIZE = { width: SIDE, height: SIDE }
const sixteen = Uint16Array.from({ length: SIDE * SIDE }, (_, at) => (at * 257 + 13) % 65_536)
const film = await encodePng({ ...SIZE, channels: 1, data: sixteen })
/** Left half white. */
const half = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at % SIDE < SIDE / 2 ? 255 : 0))
const mask = await encodePng({ ...SIZE, channels: 1, data: half })

function read(changes: Partial<EditSourceJob> = {}) {
  return readEditSource(
    { film, mask, isMaskInverted: false, size: SIZE, channels: 3, color: 'gray', ...changes },
    LIMITS,
  )
}

test('a film becomes values between −1 and 1 in as many channels as the model has', async () => {
  const source = await read()
  assert.equal(source.film.length, 3 * SIDE * SIDE)
  const levels = Array.from(sixteen, (value) => Math.round(value / 257))
  levels.forEach((level, at) => {
    for (const channel of [0, 1, 2]) {
      assert.ok(Math.abs(source.film[channel * levels.length + at]! - ((level / 255) * 2 - 1)) < 1e-6)
    }
  })
})

test('white is changed; inverted, black is; a transparent pixel is, whatever its colour', async () => {
  const wanted = Array.from(half, (level) => level / 255)
  assert.deepEqual([...(await read()).mask!.data], wanted)
  const inverted = await read({ isMaskInverted: true })
  assert.deepEqual(
    [...inverted.mask!.data],
    wanted.map((value) => 1 - value),
  )
  const rgba = Uint8Array.from({ length: SIDE * SIDE * 4 }, (_, at) => (at % 4 === 3 ? 255 - half[(at - 3) / 4]! : 255))
  const clear = await encodePng({ ...SIZE, channels: 4, data: rgba })
  assert.deepEqual([...(await read({ mask: clear })).mask!.data], wanted)
  const deep = await sharp(clear).toColourspace('rgb16').png().toBuffer()
  assert.deepEqual([...(await read({ mask: deep })).mask!.data], wanted, 'of 16 bits')
  const opaque = Uint8Array.from(rgba, (_, at) => (at % 4 === 3 ? 255 : half[Math.floor(at / 4)]!))
  const shown = await encodePng({ ...SIZE, channels: 4, data: opaque })
  assert.deepEqual([...(await read({ mask: shown })).mask!.data], wanted, 'an opaque file is read by its levels')
})

test('the masked film is gray in the middle of the range where it is changed', async () => {
  const { film: values, mask: readMask } = await read()
  readMask!.masked.forEach((value, at) => {
    assert.equal(value, readMask!.data[at % (SIDE * SIDE)] === 1 ? 0 : values[at])
  })
  assert.equal(readMask!.changedShare, 0.5)
})

test('what stays is the film itself with its 16 bits, and at another size what Lanczos makes of it', async () => {
  assert.deepEqual((await read()).mask!.kept, { ...SIZE, channels: 1, data: sixteen })
  const other = { width: 32, height: 24 }
  const { kept } = (await read({ size: other })).mask!
  const expected = await sharp(film).toColourspace('b-w').raw().toBuffer()
  assert.deepEqual([kept.width, kept.height, kept.data.length], [32, 24, 32 * 24])
  assert.ok(kept.data.every((value) => value % 257 === 0))
  const mean = (values: Iterable<number>): number => {
    const all = [...values]
    return all.reduce((sum, value) => sum + value, 0) / all.length
  }
  assert.ok(Math.abs(mean(kept.data) / 257 - mean(expected)) < 3)
  const colour = await read({ color: 'rgb' })
  assert.equal(colour.mask!.kept.data.length, 3 * SIDE * SIDE)
})

test('without a mask nothing is kept', async () => {
  const { mask: _, ...rest } = { film, mask, isMaskInverted: false, size: SIZE, channels: 1, color: 'gray' } as const
  assert.ok(_.length > 0)
  const source = await readEditSource(rest, LIMITS)
  assert.deepEqual([source.mask, source.film.length, source.original], [undefined, SIDE * SIDE, SIZE])
})

test('a film keeps its size where that can be made, and its proportions where not', () => {
  const side = (px: number) => ({ width: px, height: px })
  const rule = { usual: side(512), least: side(256), most: side(768), multiple: 64 }
  assert.deepEqual(sizeForFilm(rule, { width: 640, height: 448 }), { width: 640, height: 448 })
  assert.deepEqual(sizeForFilm(rule, { width: 2500, height: 2048 }), { width: 576, height: 448 })
  assert.deepEqual(sizeForFilm(rule, { width: 100, height: 100 }), side(512))
  assert.deepEqual(sizeForFilm(rule, { width: 10_000, height: 10 }), { width: 768, height: 256 }, 'kept in the range')
  assert.deepEqual(sizeForFilm({ ...rule, least: side(512), most: side(512) }, { width: 30, height: 50 }), side(512))
})
