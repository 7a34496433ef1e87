import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Value } from 'typebox/value'
import { AppError } from '../../src/errors.js'
import { imageSpecFaults, preparedShape } from '../../src/imaging/step-order.js'
import { ImageSpecSchema, levelSteps, valueSteps, type ImageSpec, type Step } from '../../src/imaging/steps.js'

const GRAY: Step = { op: 'gray' }
const exact = (size: number | [number, number]): Step => ({ op: 'resize', mode: 'exact', size, interpolation: 'area' })
const by = (mode: 'short' | 'long', size: number): Step => ({ op: 'resize', mode, size, interpolation: 'linear' })
const pad = (to: number | [number, number] | 'square'): Step => ({ op: 'pad', to, fill: 0, anchor: 'center-floor' })
const crop = (size: number | [number, number]): Step => ({ op: 'crop', center: true, size })
const scale: Step = { op: 'scale', factor: 1 / 255 }
const normalize = (...values: number[]): Step => ({ op: 'normalize', mean: values, std: values.map(() => 1) })
const channels = (count: 1 | 3): Step => ({ op: 'channels', count })

const SOUND: readonly (readonly [string, Step[], ReturnType<typeof preparedShape>])[] = [
  ['exact', [GRAY, exact(160)], { channels: 1, height: 160, width: 160, dtype: 'uint8' }],
  ['exact, width first', [GRAY, exact([30, 20])], { channels: 1, height: 20, width: 30, dtype: 'uint8' }],
  ['long and pad', [GRAY, by('long', 64), pad(64)], { channels: 1, height: 64, width: 64, dtype: 'uint8' }],
  [
    'long and pad square',
    [GRAY, by('long', 64), pad('square')],
    { channels: 1, height: 64, width: 64, dtype: 'uint8' },
  ],
  ['short and crop', [GRAY, by('short', 64), crop([60, 50])], { channels: 1, height: 50, width: 60, dtype: 'uint8' }],
  ['square, then exact', [GRAY, pad('square'), exact(32)], { channels: 1, height: 32, width: 32, dtype: 'uint8' }],
  [
    'long and a wider square',
    [GRAY, by('long', 64), { ...pad('square'), least: 80 } as Step],
    { channels: 1, height: 80, width: 80, dtype: 'uint8' },
  ],
  ['gray late', [exact(32), GRAY, channels(3)], { channels: 3, height: 32, width: 32, dtype: 'uint8' }],
  ['colour', [exact(32), channels(3)], { channels: 3, height: 32, width: 32, dtype: 'uint8' }],
  ['scaled', [GRAY, exact(8), scale], { channels: 1, height: 8, width: 8, dtype: 'float32' }],
  [
    'normalized before and after channels',
    [GRAY, exact(8), normalize(0.5), channels(3), normalize(1, 2, 3)],
    { channels: 3, height: 8, width: 8, dtype: 'float32' },
  ],
]

for (const [name, steps, shape] of SOUND) {
  void test(`sound steps tell their shape: ${name}`, () => {
    assert.ok(Value.Check(ImageSpecSchema, { steps }))
    assert.deepEqual(imageSpecFaults({ steps }), [])
    assert.deepEqual(preparedShape({ steps }), shape)
  })
}

const UNSOUND: readonly (readonly [string, Step[], RegExp])[] = [
  ['no fixed size', [GRAY], /one size for every film/],
  ['long without pad', [GRAY, by('long', 64)], /one size for every film/],
  ['short without crop', [GRAY, by('short', 64)], /one size for every film/],
  ['square of anything', [GRAY, pad('square')], /one size for every film/],
  ['gray twice', [GRAY, GRAY, exact(8)], /Step 1 \(gray\): must come once/],
  ['gray after channels', [exact(8), channels(3), GRAY], /Step 2 \(gray\): .*before channels/],
  ['resize after scale', [GRAY, scale, exact(8)], /Step 2 \(resize\): must come before scale/],
  ['pad after normalize', [GRAY, exact(8), normalize(1), pad(9)], /Step 3 \(pad\): must come before scale/],
  ['pad too small', [GRAY, by('short', 64), pad(64)], /Step 2 \(pad\): .*does not cut/],
  ['least of a fixed pad', [GRAY, exact(8), { ...pad(9), least: 9 } as Step], /Step 2 \(pad\): least is for/],
  ['pad before any resize', [GRAY, pad(512)], /Step 1 \(pad\): .*does not cut/],
  ['crop too large', [GRAY, by('long', 64), crop(64)], /Step 2 \(crop\): .*does not pad/],
  ['two sides for the shorter', [GRAY, { ...by('short', 8), size: [8, 9] } as Step, crop(8)], /takes one number/],
  ['channels twice', [GRAY, exact(8), channels(3), channels(1)], /Step 3 \(channels\): must come once/],
  ['one channel of colour', [exact(8), channels(1)], /needs gray before it/],
  ['channels unsaid', [exact(8)], /add gray, or channels/],
  [
    'two means for three channels',
    [GRAY, exact(8), normalize(1, 2), channels(3)],
    /Step 2 \(normalize\): .*1 value or 3/,
  ],
]

for (const [name, steps, fault] of UNSOUND) {
  void test(`steps that are not sound say why: ${name}`, () => {
    const faults = imageSpecFaults({ steps })
    assert.equal(faults.filter((text) => fault.test(text)).length, 1, faults.join(' '))
    assert.throws(
      () => preparedShape({ steps }),
      (error) => error instanceof AppError && error.code === 'model_invalid' && fault.test(error.message),
    )
  })
}

void test('the schema takes nothing that it does not name', () => {
  const sound: ImageSpec = { steps: [GRAY, exact(8)], dicom: { window: 'voi', invert_monochrome1: true } }
  assert.ok(Value.Check(ImageSpecSchema, sound))
  const wrong: unknown[] = [
    { steps: [] },
    { steps: [{ op: 'blur' }] },
    { steps: [{ op: 'gray', weight: 1 }] },
    { steps: [{ ...exact(8), size: 0 }] },
    { steps: [{ ...exact(8), size: [8] }] },
    { steps: [{ ...exact(8), interpolation: 'nearest' }] },
    { steps: [{ ...pad(8), fill: 256 }] },
    { steps: [{ op: 'crop', size: 8 }] },
    { steps: [{ op: 'scale', factor: 0 }] },
    { steps: [{ op: 'normalize', mean: [0], std: [0] }] },
    { steps: [channels(1)], dicom: { window: 'best' } },
    { ...sound, contrast: true },
  ]
  for (const value of wrong) assert.ok(!Value.Check(ImageSpecSchema, value), JSON.stringify(value))
})

test('levels and their values are told apart: without the latter the steps make uint8', () => {
  const steps = [GRAY, exact(16), scale, normalize(0.5), channels(3)]
  assert.deepEqual(valueSteps({ steps }), [scale, normalize(0.5)])
  assert.deepEqual(levelSteps({ steps }), [GRAY, exact(16), channels(3)])
  assert.equal(preparedShape({ steps }).dtype, 'float32')
  assert.equal(preparedShape({ steps: levelSteps({ steps }) }).dtype, 'uint8')
})
