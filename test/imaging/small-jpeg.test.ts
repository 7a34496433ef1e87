import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import sharp from 'sharp'
import { readPlainFrame } from '../../src/imaging/jpeg-frame.js'
import { openSmallJpegs } from '../../src/imaging/small-jpeg.js'
import { fixtureBytes, seededBelow } from './goldens.js'

const decodeSmallJpeg = openSmallJpegs()

const filesOf = (folder: string): string[] =>
  readdirSync(new URL(`../fixtures/imaging/${folder}/`, import.meta.url))
    .filter((name) => name.endsWith('.jpg'))
    .sort()
    .map((name) => `${folder}/${name}`)
const FILES = filesOf('files')
const FILMS = filesOf('films')
const PLAIN = ['gray-profile', 'gray-restarts', 'gray', 'rgb-420', 'rgb-422', 'rgb-444', 'rgb-profile']

/** As libvips decodes them, from a decoder that warns of nothing. */
async function libvipsPixels(bytes: Uint8Array, channels: 1 | 3): Promise<Buffer> {
  const space = channels === 1 ? 'b-w' : 'srgb'
  const image = sharp(bytes, { failOn: 'warning', ignoreIcc: true })
  return image.pipelineColourspace(space).toColourspace(space).raw().toBuffer()
}

void test('plain files are read as libvips reads them, to the bit; all others are left to it', async () => {
  const read: string[] = []
  for (const file of [...FILES, ...FILMS]) {
    const bytes = fixtureBytes(file)
    const raster = await decodeSmallJpeg(bytes, Infinity)
    if (raster === undefined) continue
    read.push(file)
    assert.equal(raster.data.constructor, Uint8Array)
    assert.deepEqual(Buffer.from(raster.data.buffer), await libvipsPixels(bytes, raster.channels), file)
  }
  assert.deepEqual(read, [...PLAIN.map((name) => `files/${name}.jpg`), ...FILMS])
})

void test('what libvips refuses is not read, however it was damaged', async () => {
  const below = seededBelow(7)
  const outcomes = new Set<string>()
  for (let round = 0; round < 400; round++) {
    let bytes = fixtureBytes(`files/${PLAIN[below(PLAIN.length)]!}.jpg`)
    if (below(4) === 0) bytes = bytes.subarray(0, below(bytes.length))
    else for (let i = 0; i <= below(4); i++) bytes[below(below(2) === 0 ? 700 : bytes.length)] = below(256)
    const raster = await decodeSmallJpeg(bytes, 1_000_000)
    outcomes.add(raster === undefined ? 'left' : 'read')
    // Damaged tables give coefficients out of all bounds, which vector code saturates: only the size has to be the same.
    if (raster !== undefined)
      assert.equal((await libvipsPixels(bytes, raster.channels)).length, raster.data.length, `round ${round}`)
  }
  assert.equal(outcomes.size, 2)
})

void test('after a damaged file the next one is read', async () => {
  const damaged = fixtureBytes('files/gray-restarts.jpg')
  damaged.fill(0xff, (damaged.length * 2) / 3, (damaged.length * 2) / 3 + 40)
  assert.equal(await decodeSmallJpeg(damaged, Infinity), undefined)
  assert.equal((await decodeSmallJpeg(fixtureBytes('files/gray.jpg'), Infinity))?.channels, 1)
})

void test('a film of more pixels than the limit, and a large one, are left to libvips', async () => {
  const film = fixtureBytes(FILMS[0]!)
  const { width, height } = (await decodeSmallJpeg(film, Infinity))!
  assert.notEqual(await decodeSmallJpeg(film, width * height), undefined)
  assert.equal(await decodeSmallJpeg(film, width * height - 1), undefined)
  const large = await sharp(film).resize(900, 900, { fit: 'fill' }).toColourspace('b-w').jpeg().toBuffer()
  assert.deepEqual(readPlainFrame(large), { width: 900, height: 900, channels: 1 })
  assert.equal(await decodeSmallJpeg(large, Infinity), undefined)
  const long = Buffer.concat([film, Buffer.alloc(1 << 20)])
  assert.equal(await decodeSmallJpeg(long, Infinity), undefined)
})
