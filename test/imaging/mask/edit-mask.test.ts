import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { AppError } from '../../../src/errors.js'
import { readEditMask } from '../../../src/imaging/mask/edit-mask.js'
import { decodeRaster } from '../../../src/imaging/raster.js'
import { fixtureBytes, largestDifference, ROOMY } from '../goldens.js'

function rgba(alphas: readonly number[], colour = 255) {
  const data = Uint8Array.from(alphas.flatMap((alpha) => [colour, colour, colour, alpha]))
  return sharp(data, { raw: { width: alphas.length, height: 1, channels: 4 } })
}

async function levels(mask: Uint8Array): Promise<number[]> {
  const { raster } = await decodeRaster(await readEditMask(mask, ROOMY), ROOMY)
  assert.equal(raster.channels, 1)
  return Array.from(raster.data)
}

test('what is transparent is white, whatever its colour', async () => {
  for (const colour of [0, 255]) {
    const mask = rgba([0, 255, 100, 0], colour)
    assert.deepEqual(await levels(await mask.clone().png().toBuffer()), [255, 0, 155, 255])
    assert.deepEqual(await levels(await mask.clone().webp({ lossless: true }).toBuffer()), [255, 0, 155, 255])
  }
  assert.deepEqual(await levels(await rgba([0, 255]).png({ palette: true }).toBuffer()), [255, 0])
  assert.deepEqual(await levels(await rgba([0, 255]).toColourspace('rgb16').png().toBuffer()), [255, 0])
  for (const file of ['gray-alpha-8.png', 'gray-alpha-16.png', 'rgba-16.png', 'rgba.tif', 'palette-alpha.png']) {
    const bytes = fixtureBytes(`files/${file}`)
    const { data } = await sharp(bytes, { autoOrient: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const opacity = Array.from(data).filter((_, at) => at % 4 === 3)
    assert.ok(
      opacity.some((level) => level < 255),
      file,
    )
    const expected = opacity.map((level) => 255 - level)
    assert.ok(largestDifference(await levels(bytes), expected) <= 1, file)
  }
})

test('a mask that is opaque everywhere is read by its levels and stays as it is', async () => {
  const opaque = await rgba([255, 255]).png().toBuffer()
  const plain = fixtureBytes('files/gray.jpg')
  for (const mask of [opaque, plain]) assert.deepEqual(await readEditMask(mask, ROOMY), mask)
})

test('what is no image is refused as one', async () => {
  await assert.rejects(
    readEditMask(Buffer.from('no image'), ROOMY),
    (error) => error instanceof AppError && error.code === 'unsupported_media_type',
  )
})
