import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { composeImage } from '../../../src/imaging/synthesis/compose.js'
import { toFloat16 } from '../../../src/tensor/float16.js'

const SIZE = { width: 2, height: 1 } as const

test('values between −1 and 1 fill 16 bits and are cut beyond; three channels make their mean', () => {
  const values = Float32Array.of(-1, 1, 0, 7, 1, -Infinity)
  const gray = composeImage({ ...SIZE, values, channels: 3, color: 'gray' })
  assert.deepEqual(
    [...gray.raster.data],
    [Math.round((0 + 32_768 + 65_535) / 3), Math.round((65_535 + 65_535 + 0) / 3)],
  )
  assert.deepEqual([gray.raster.channels, gray.channelSpread], [1, 1])
  const colour = composeImage({ ...SIZE, values, channels: 3, color: 'rgb' })
  assert.deepEqual([...colour.raster.data], [0, 32_768, 65_535, 65_535, 65_535, 0])
  const one = composeImage({ ...SIZE, values: Float32Array.of(-1, 0.5), channels: 1, color: 'gray' })
  assert.deepEqual([[...one.raster.data], one.channelSpread], [[0, 49_151], 0])
})

test('half precision gives the same as its values', () => {
  const values = Float32Array.of(-0.75, 0.375)
  const made = composeImage({ ...SIZE, values: toFloat16(values), channels: 1, color: 'gray' })
  assert.deepEqual(made, composeImage({ ...SIZE, values, channels: 1, color: 'gray' }))
})

test('what is kept stays, and the digest is that of the samples', () => {
  const raster = { ...SIZE, channels: 1 as const, data: Uint16Array.of(11, 12) }
  const kept = { mask: Uint8Array.of(0, 1), raster }
  const made = composeImage({ ...SIZE, values: Float32Array.of(1, 1), channels: 1, color: 'gray', kept })
  assert.deepEqual([...made.raster.data], [11, 65_535])
  const bytes = Buffer.from([11, 0, 255, 255])
  assert.equal(made.pixelsSha256, createHash('sha256').update(bytes).digest('hex'))
})

test('values that are no numbers are no picture', () => {
  const values = Float32Array.of(0, NaN)
  assert.throws(() => composeImage({ ...SIZE, values, channels: 1, color: 'gray' }), { code: 'model_output_invalid' })
})
