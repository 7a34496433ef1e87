import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import sharp from 'sharp'
import { identityGeometry } from '../../../src/imaging/geometry.js'
import { createImagePool } from '../../../src/imaging/image-pool.js'
import { encodePicture, PICTURE_FORMATS } from '../../../src/imaging/mark/marked-picture.js'
import { sourceUri, SYNTHETIC_SOURCES, syntheticSourceOf } from '../../../src/imaging/mark/source.js'
import { fixtureBytes, ROOMY } from '../goldens.js'
import { pngTexts, rampJob, xmpValue } from './marks.js'

const never = new AbortController().signal

test('a marked file of every format is recognised, from its bytes alone', async () => {
  for (const source of SYNTHETIC_SOURCES) {
    for (const format of PICTURE_FORMATS) {
      const file = await encodePicture(rampJob({ format, mark: { source } }))
      assert.equal(syntheticSourceOf(file), source, format)
    }
    const packet = `<Iptc4xmpExt:DigitalSourceType>${sourceUri(source)}</Iptc4xmpExt:DigitalSourceType>`
    const tiff = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'black' } })
      .withXmp(packet)
      .tiff()
      .toBuffer()
    assert.equal(syntheticSourceOf(tiff), source)
  }
})

test('the terms of others are understood, and films that say nothing are left alone', () => {
  const says = (text: string) => syntheticSourceOf(Buffer.from(`…${text}…`))
  const base = 'https://cv.iptc.org/newscodes/digitalsourcetype/'
  assert.equal(says(`${base}trainedAlgorithmicMedia`), 'trainedAlgorithmicMedia')
  assert.equal(says(`${base}compositeSynthetic`), 'compositeWithTrainedAlgorithmicMedia')
  assert.equal(says(`${base}trainedAlgorithmicMedia ${base}compositeSynthetic`), 'compositeWithTrainedAlgorithmicMedia')
  assert.equal(says(`${base}negativeFilm ${base}trainedAlgorithmicMedia`), 'trainedAlgorithmicMedia')
  for (const term of ['negativeFilm', 'digitalCapture', 'trainedAlgorithmicMediaNot', ''])
    assert.equal(says(base + term), undefined)
  for (const folder of ['films', 'files']) {
    const files = readdirSync(new URL(`../../fixtures/imaging/${folder}/`, import.meta.url))
    assert.ok(files.length > 0)
    for (const file of files) assert.equal(syntheticSourceOf(fixtureBytes(`${folder}/${file}`)), undefined, file)
  }
})

test('every picture that is made of a marked film is marked as it is, and none of an unmarked one', async (t) => {
  const pool = createImagePool({ threads: 1, limits: ROOMY })
  t.after(() => pool.close())
  const steps = [
    { op: 'gray' as const },
    { op: 'resize' as const, mode: 'exact' as const, size: 16, interpolation: 'area' as const },
  ]
  const plain = await sharp(new Uint8Array(70 * 40), { raw: { width: 70, height: 40, channels: 1 } })
    .png()
    .toBuffer()
  const films = [
    [undefined, plain],
    ...SYNTHETIC_SOURCES.map((source) => [source, encodePicture(rampJob({ mark: { source } }))] as const),
  ] as const
  for (const [source, encoded] of films) {
    const film = await encoded
    const { source: read } = await pool.prepare(film, { steps }, never)
    assert.equal(read, source)
    const geometry = identityGeometry({ width: 70, height: 40 })
    const grid = { data: Float32Array.of(0, 1), width: 2, height: 1 }
    const map = { grid, geometry, low: 0, high: 1 }
    const segment = await pool.segment(
      {
        ...{ grid, geometry, threshold: 0.5, film },
        cleaning: { fillHoles: false, minAreaPx: 0 },
        parts: ['mask_png', 'probability_png', 'overlay'],
        ...(read && { source: read }),
      },
      never,
    )
    const pictures = [
      await pool.overlay(film, map, { alpha: 0.5 }, never),
      await pool.heatMap(map, { film: read }, never),
      ...[segment.maskPng!, segment.probabilityPng!, segment.overlay!],
    ]
    for (const picture of pictures) {
      assert.equal(syntheticSourceOf(picture), source)
      const packet = pngTexts(picture).get('XML:com.adobe.xmp')
      assert.equal(packet && xmpValue(packet, 'Iptc4xmpExt:DigitalSourceType'), source && sourceUri(source))
      await sharp(picture).raw().toBuffer()
    }
  }
})
