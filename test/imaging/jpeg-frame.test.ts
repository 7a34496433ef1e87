import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPlainFrame } from '../../src/imaging/jpeg-frame.js'

const segment = (marker: number, ...body: number[]): number[] => {
  const length = body.length + 2
  return [0xff, marker, length >> 8, length & 255, ...body]
}
const frame = (marker = 0xc0, { precision = 8, components = 1, height = 5, width = 7 } = {}): number[] =>
  segment(
    marker,
    ...[precision, height >> 8, height & 255, width >> 8, width & 255, components],
    ...Array.from({ length: components }, (_, at) => [at + 1, 0x11, 0]).flat(),
  )
const scan = (components = 1): number[] =>
  segment(0xda, components, ...Array.from({ length: components }, (_, at) => [at + 1, 0]).flat(), 0, 63, 0)
const read = (...parts: readonly number[][]) => readPlainFrame(Uint8Array.from([0xff, 0xd8, ...parts.flat()]))

const JFIF = segment(0xe0, ...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0)
const PLAIN = { width: 7, height: 5, channels: 1 }

void test('a plain frame is read behind whatever says nothing of its pixels', () => {
  assert.deepEqual(read(JFIF, frame(), scan()), PLAIN)
  assert.deepEqual(read(JFIF, frame(0xc1), scan()), PLAIN)
  assert.deepEqual(read(JFIF, frame(0xc0, { components: 3 }), scan(3)), { ...PLAIN, channels: 3 })
  const others = [
    segment(0xdb, 0, ...Array<number>(64).fill(1)),
    segment(0xc4, 0, 1),
    segment(0xdd, 0, 4),
    segment(0xfe, 65, 66),
    segment(0xe2, ...Buffer.from('ICC_PROFILE\0')),
    segment(0xe1, ...Buffer.from('http://ns.adobe.com/xap/1.0/\0')),
  ]
  assert.deepEqual(read(...others, frame(), scan()), PLAIN)
})

const UNUSUAL: Readonly<Record<string, readonly number[][]>> = {
  'a progressive frame': [frame(0xc2), scan()],
  'a lossless frame': [frame(0xc3), scan()],
  'an arithmetic frame': [frame(0xc9), scan()],
  '12 bits': [frame(0xc1, { precision: 12 }), scan()],
  'two components': [frame(0xc0, { components: 2 }), scan(2)],
  'four components': [frame(0xc0, { components: 4 }), scan(4)],
  'no lines before the pixels': [frame(0xc0, { height: 0 }), scan()],
  'no samples in a line': [frame(0xc0, { width: 0 }), scan()],
  'a scan of one component of three': [frame(0xc0, { components: 3 }), scan(1)],
  'two frames': [frame(), frame(), scan()],
  'a scan without a frame': [scan()],
  'an orientation': [segment(0xe1, ...Buffer.from('Exif\0\0MM')), frame(), scan()],
  "Adobe's transform": [segment(0xee, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, 1), frame(), scan()],
  'arithmetic tables': [segment(0xcc, 0), frame(), scan()],
  'the end': [frame(), segment(0xd9), scan()],
  'a frame cut off': [frame().slice(0, 9)],
  'a short frame': [segment(0xc0, 8, 0, 5), scan()],
  'a segment longer than the file': [[0xff, 0xfe, 0xff, 0xff, 1, 2]],
  'a segment of no length': [[0xff, 0xfe, 0, 0], frame(), scan()],
  'fill bytes': [[0xff], frame(), scan()],
  nothing: [],
}

for (const [what, parts] of Object.entries(UNUSUAL)) {
  void test(`left alone: ${what}`, () => {
    assert.equal(read(...parts), undefined)
  })
}

void test('what is no JPEG is left alone', () => {
  assert.equal(readPlainFrame(new Uint8Array(0)), undefined)
  assert.equal(readPlainFrame(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0)), undefined)
})
