import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { AppError, type ErrorCode } from '../../src/errors.js'
import { rasterToGray, rasterToPlanes } from '../../src/imaging/colour.js'
import { decodeRaster, encodePng } from '../../src/imaging/raster.js'
import { fixtureBytes, goldenPixels, goldensOf, largestDifference, noisePlane, ROOMY, seededBelow } from './goldens.js'
import { pngOf } from './png.js'

const FILES = goldensOf('file').map((golden) => golden.file!)

async function refusal(bytes: Uint8Array, limits = ROOMY): Promise<AppError> {
  try {
    await decodeRaster(bytes, limits)
  } catch (error) {
    assert.ok(error instanceof AppError, String(error))
    return error
  }
  return assert.fail('The file was read.')
}

async function assertRefused(bytes: Uint8Array, code: ErrorCode, what: string): Promise<void> {
  assert.equal((await refusal(bytes)).code, code, what)
}

for (const golden of goldensOf('file')) {
  void test(`${golden.file!} decodes to the reference's pixels`, async () => {
    const { raster, bitDepth } = await decodeRaster(fixtureBytes(`files/${golden.file!}`), ROOMY)
    const { width, height, channels } = raster
    assert.deepEqual(
      { width, height, channels, bitDepth },
      { width: golden.width, height: golden.height, channels: golden.channels, bitDepth: golden.bits },
    )
    const difference = largestDifference(raster.data, goldenPixels(golden))
    assert.ok(difference <= golden.within!, `${difference} levels`)
  })
}

void test("gray of every file equals Pillow's convert('L')", async () => {
  const goldens = goldensOf('luma')
  assert.ok(goldens.length > 40)
  for (const golden of goldens) {
    const { raster } = await decodeRaster(fixtureBytes(`files/${golden.file!}`), ROOMY)
    const difference = largestDifference(rasterToGray(raster).data, goldenPixels(golden))
    assert.ok(difference <= golden.within!, `${golden.file!}: ${difference} levels`)
  }
})

void test('the format is what the bytes say', async () => {
  for (const [file, format] of [
    ['gray-8.png', 'png'],
    ['gray.jpg', 'jpeg'],
    ['rgb-raw.tif', 'tiff'],
    ['rgb-lossy.webp', 'webp'],
  ]) {
    assert.equal((await decodeRaster(fixtureBytes(`files/${file!}`), ROOMY)).format, format)
  }
})

void test('16 bits become 8 over the full range of the type, rounded', () => {
  const data = Uint16Array.of(0, 128, 129, 257, 32767, 32896, 65406, 65407, 65535)
  const [plane] = rasterToPlanes({ width: 9, height: 1, channels: 1, data })
  assert.deepEqual([...plane!.data], [0, 0, 1, 1, 127, 128, 254, 255, 255])
  assert.deepEqual([...rasterToGray({ width: 9, height: 1, channels: 1, data }).data], [...plane!.data])
})

void test('decode(encode(x)) = x', async () => {
  const { data: levels } = noisePlane(36, 35)
  const wide = Uint16Array.from(levels, (level, at) => level * 257 - (level > 0 ? at % 7 : 0))
  for (const data of [levels, wide]) {
    for (const channels of [1, 3] as const) {
      const source = { width: 12 * (3 / channels), height: 35, channels, data }
      const { raster, format, bitDepth } = await decodeRaster(await encodePng(source), ROOMY)
      assert.deepEqual({ ...raster }, source)
      assert.deepEqual([format, bitDepth], ['png', data === wide ? 16 : 8])
    }
  }
})

void test('planes are written as pixels, of 8 and of 16 bits', async () => {
  const planar = { width: 2, height: 1, channels: 3, isPlanar: true } as const
  for (const [data, pixels] of [
    [Uint8Array.of(1, 2, 3, 4, 5, 6), Uint8Array.of(1, 3, 5, 2, 4, 6)],
    [Uint16Array.of(100, 200, 300, 400, 500, 600), Uint16Array.of(100, 300, 500, 200, 400, 600)],
  ] as const)
    assert.deepEqual((await decodeRaster(await encodePng({ ...planar, data }), ROOMY)).raster.data, pixels)
})

void test('an RGBA raster keeps its colours, also where it is transparent', async () => {
  const rgba = noisePlane(20, 12).data.map((level, at) => (at % 4 === 3 ? (at % 8) * 20 : level))
  const { raster } = await decodeRaster(await encodePng({ width: 10, height: 6, channels: 4, data: rgba }), ROOMY)
  assert.deepEqual(
    raster.data,
    rgba.filter((_, at) => at % 4 !== 3),
  )
})

void test('a raster that does not hold its pixels is not encoded', async () => {
  const source = { width: 3, height: 3, channels: 1, data: new Uint8Array(8) } as const
  await assert.rejects(encodePng(source), (error) => error instanceof AppError && error.code === 'invalid_tensor')
})

void test('what is not one of the four formats is refused by its bytes, whatever sharp could read', async () => {
  const texts = {
    text: 'a report, called film.png',
    svg: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    'svg with a declaration': '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    html: '<!doctype html><html><body><img src="x.png"></body></html>',
    pdf: '%PDF-1.7\n1 0 obj\n<< >>\nendobj\n',
    gif: 'GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;',
    'portable gray map': 'P5 2 2 255 abcd',
    avif: '\x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1miafMA1A',
    'riff that is no webp': 'RIFF\x10\x00\x00\x00WAVEfmt ',
    'half a signature': '\x89PNG',
  }
  for (const [what, text] of Object.entries(texts)) {
    await assertRefused(new Uint8Array(Buffer.from(text, 'latin1')), 'unsupported_media_type', what)
  }
  await assertRefused(Uint8Array.of(0), 'unsupported_media_type', 'one byte')
})

void test('a signature before something else opens no other decoder', async () => {
  const svg = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
  )
  for (const magic of [
    [0x49, 0x49, 0x2a, 0],
    [0xff, 0xd8, 0xff],
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  ]) {
    await assertRefused(
      new Uint8Array(Buffer.concat([Uint8Array.from(magic), svg])),
      'malformed_image',
      'svg behind a signature',
    )
  }
})

void test('DICOM is named in its refusal', async () => {
  const bytes = new Uint8Array(200)
  bytes.set(Buffer.from('DICM'), 128)
  const error = await refusal(bytes)
  assert.equal(error.code, 'unsupported_media_type')
  assert.match(error.message, /A DICOM file is read as a film only/)
})

void test('an empty file is malformed', async () => {
  await assertRefused(new Uint8Array(0), 'malformed_image', 'empty')
})

void test('several pages or frames, and samples that are not 8- or 16-bit, are refused', async () => {
  for (const file of ['animated.png', 'animated.webp', 'pages.tif']) {
    const error = await refusal(fixtureBytes(`files/${file}`))
    assert.equal(error.code, 'malformed_image')
    assert.match(error.message, /2 pages or frames/)
  }
  for (const file of ['float.tif', 'int-32.tif', 'lab.tif']) {
    await assertRefused(fixtureBytes(`files/${file}`), 'malformed_image', file)
  }
})

void test('a file that was cut off is never filled up', async () => {
  for (const file of FILES) {
    const whole = fixtureBytes(`files/${file}`)
    // The last 4 bytes of a TIFF can be the empty pointer to a next page; every pixel is there without them.
    const most = file.endsWith('.tif') ? whole.length - 5 : whole.length - 1
    for (const kept of [
      16,
      64,
      whole.length >> 2,
      whole.length >> 1,
      (whole.length * 3) >> 2,
      whole.length - 20,
      most,
    ]) {
      if (kept >= whole.length) continue
      await assertRefused(whole.subarray(0, kept), 'malformed_image', `${file}, ${kept} of ${whole.length} bytes`)
    }
  }
})

void test('damage inside the pixels of a PNG or the entropy code of a JPEG is refused', async () => {
  for (const file of ['gray-8.png', 'gray-restarts.jpg']) {
    const damaged = fixtureBytes(`files/${file}`)
    damaged.fill(0xff, (damaged.length * 2) / 3, (damaged.length * 2) / 3 + 40)
    await assertRefused(damaged, 'malformed_image', file)
  }
})

void test('a PNG of 50,000 x 50,000 pixels is refused by its header, at once and without memory', async () => {
  const rows = deflateSync(Buffer.alloc(60_000_000), { level: 9 })
  const bomb = pngOf({ width: 50_000, height: 50_000, bitDepth: 8, colour: 0, data: rows })
  assert.ok(bomb.length < 100_000)
  const rssBefore = process.memoryUsage().rss
  const startMs = performance.now()
  const error = await refusal(bomb)
  const elapsedMs = performance.now() - startMs
  assert.equal(error.code, 'too_large')
  assert.equal(error.details.limit, 'MAX_IMAGE_PIXELS')
  assert.ok(elapsedMs < 250, `${elapsedMs} ms`)
  assert.ok(process.memoryUsage().rss - rssBefore < 50_000_000)
})

void test('a header that promises more than the file holds is truncated, not black', async () => {
  const data = deflateSync(Buffer.alloc(1000))
  await assertRefused(
    pngOf({ width: 2000, height: 2000, bitDepth: 8, colour: 0, data }),
    'malformed_image',
    'short PNG',
  )
})

void test('an image without pixels is malformed', async () => {
  for (const [width, height] of [
    [0, 5],
    [5, 0],
    [0, 0],
  ] as const) {
    const png = pngOf({ width, height, bitDepth: 8, colour: 0, data: deflateSync(Buffer.alloc(6)) })
    await assertRefused(png, 'malformed_image', `${width}x${height}`)
  }
})

void test('each limit refuses what passes it by one and lets through what meets it', async () => {
  const png = await encodePng({ width: 7, height: 11, channels: 1, data: noisePlane(7, 11).data })
  assert.equal((await decodeRaster(png, { imageBytes: png.length, imagePixels: 77 })).raster.width, 7)
  const tooLong = await refusal(png, { imageBytes: png.length - 1, imagePixels: 77 })
  assert.deepEqual([tooLong.code, tooLong.details.limit], ['too_large', 'MAX_IMAGE_BYTES'])
  const tooWide = await refusal(png, { imageBytes: png.length, imagePixels: 76 })
  assert.deepEqual([tooWide.code, tooWide.details.limit], ['too_large', 'MAX_IMAGE_PIXELS'])
})

void test('a picture of one pixel is a picture', async () => {
  const png = await encodePng({ width: 1, height: 1, channels: 1, data: Uint8Array.of(200) })
  assert.deepEqual((await decodeRaster(png, ROOMY)).raster, {
    width: 1,
    height: 1,
    channels: 1,
    data: Uint8Array.of(200),
  })
})

void test('a damaged file is read or refused in our own words, whatever was damaged', async () => {
  const codes: ErrorCode[] = ['malformed_image', 'unsupported_media_type', 'too_large']
  const below = seededBelow(42)
  const outcomes = new Set<string>()
  for (let round = 0; round < 600; round++) {
    const bytes = fixtureBytes(`files/${FILES[below(FILES.length)]!}`)
    // One in three falls into the header, where the sizes are.
    for (let i = 0; i <= below(5); i++) bytes[below(below(3) === 0 ? 64 : bytes.length)] = below(256)
    try {
      await decodeRaster(bytes, { imageBytes: 1_000_000, imagePixels: 4_000_000 })
      outcomes.add('read')
    } catch (error) {
      assert.ok(error instanceof AppError && codes.includes(error.code), String(error))
      outcomes.add(error.code)
    }
  }
  assert.deepEqual(outcomes, new Set(['read', ...codes]))
})

void test('the other formats are refused by their headers too, before anything is decoded', async () => {
  const limits = { imageBytes: 1_000_000, imagePixels: 37 * 53 - 1 }
  for (const file of ['rgb-progressive.jpg', 'rgb-lossy.webp', 'gray-deflate.tif', 'exif-6.jpg']) {
    const error = await refusal(fixtureBytes(`files/${file}`), limits)
    assert.deepEqual([error.code, error.details.limit], ['too_large', 'MAX_IMAGE_PIXELS'], file)
  }
  // A baseline JPEG whose frame header says 65,000 x 65,000.
  const jpeg = fixtureBytes('files/gray.jpg')
  const frame = jpeg.findIndex((byte, at) => byte === 0xff && jpeg[at + 1] === 0xc0)
  new DataView(jpeg.buffer).setUint32(frame + 5, (65_000 << 16) | 65_000)
  await assertRefused(jpeg, 'too_large', 'JPEG of 65,000 x 65,000')
})
