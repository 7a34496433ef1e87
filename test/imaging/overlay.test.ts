import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HEAT_COLOURS } from '../../src/imaging/colormap.js'
import { identityGeometry } from '../../src/imaging/geometry.js'
import { drawHeatMap, drawOverlay, MAX_OVERLAY_SIDE_PX, type HeatMap } from '../../src/imaging/overlay.js'
import { prepareRaster } from '../../src/imaging/prepare.js'
import { encodePng, decodeRaster, type Raster } from '../../src/imaging/raster.js'
import { noisePlane, ROOMY } from './goldens.js'

/** CIE L* of an sRGB colour. */
function lightness(red: number, green: number, blue: number): number {
  const linear = [red, green, blue].map((level) => {
    const part = level / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!
  return luminance > 216 / 24389 ? 116 * Math.cbrt(luminance) - 16 : (luminance * 24389) / 27
}

const HOT = [...HEAT_COLOURS.slice(-3)]

/** A map over a film of this size, one value a pixel. */
function mapOf(width: number, height: number, values: number[], low: number, high: number): HeatMap {
  return {
    grid: { data: Float32Array.from(values), width, height },
    geometry: identityGeometry({ width, height }),
    low,
    high,
  }
}

void test('hotter colours are lighter, in even steps', () => {
  const steps = Array.from({ length: 256 }, (_, step) =>
    lightness(...([...HEAT_COLOURS.slice(step * 3, step * 3 + 3)] as [number, number, number])),
  )
  assert.ok(steps[0]! < 2 && steps[255]! > 95)
  for (let step = 1; step < 256; step++) assert.ok(steps[step]! >= steps[step - 1]!, `step ${step}`)
  for (let step = 32; step < 256; step += 32) {
    const rise = steps[step]! - steps[step - 32]!
    assert.ok(rise > 5 && rise < 20, `${rise} before step ${step}`)
  }
})

void test('the heat map alone runs from low to high and clips beyond', () => {
  const { data, channels } = drawHeatMap(mapOf(6, 1, [-9, 1, 1.5, 2, 3, 50], 1, 3))
  assert.equal(channels, 1)
  assert.deepEqual([...data], [0, 0, 64, 128, 255, 255])
})

void test('a map without contrast, and one of NaN, is cold', () => {
  assert.deepEqual([...drawHeatMap(mapOf(3, 1, [4, 4, 4], 4, 4)).data], [0, 0, 0])
  assert.deepEqual([...drawHeatMap(mapOf(3, 1, [NaN, NaN, NaN], 0, 1)).data], [0, 0, 0])
})

void test('the overlay leaves cold parts as the film is and paints hot parts as far as alpha says', () => {
  const film: Raster = { width: 2, height: 1, channels: 1, data: Uint8Array.of(90, 90) }
  const map = mapOf(2, 1, [0, 1], 0, 1)
  assert.deepEqual([...drawOverlay(film, map, { alpha: 1 }).data], [90, 90, 90, ...HOT])
  assert.deepEqual([...drawOverlay(film, map, { alpha: 0 }).data], [90, 90, 90, 90, 90, 90])
  const half = HOT.map((level) => Math.round(90 + (level - 90) / 2))
  assert.deepEqual([...drawOverlay(film, map, { alpha: 0.5 }).data], [90, 90, 90, ...half])
})

void test('a colour film keeps its colours under a cold map', () => {
  const film: Raster = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 250, 120, 60) }
  assert.deepEqual(drawOverlay(film, mapOf(2, 1, [0, 0], 0, 1), { alpha: 1 }).data, film.data)
})

void test('a 16-bit film is shown over the full range of its type', () => {
  const film: Raster = { width: 2, height: 1, channels: 1, data: Uint16Array.of(0, 65535) }
  assert.deepEqual([...drawOverlay(film, mapOf(2, 1, [0, 0], 0, 1), { alpha: 1 }).data], [0, 0, 0, 255, 255, 255])
})

void test('parts of the film that the model never saw stay bare', () => {
  const film: Raster = { width: 40, height: 20, channels: 1, data: new Uint8Array(800).fill(77) }
  const { geometry } = prepareRaster(film, {
    steps: [
      { op: 'gray' },
      { op: 'resize', mode: 'short', size: 20, interpolation: 'area' },
      { op: 'crop', center: true, size: 20 },
    ],
  })
  const map: HeatMap = { grid: { data: Float32Array.of(1), width: 1, height: 1 }, geometry, low: 0, high: 1 }
  const { data } = drawOverlay(film, map, { alpha: 1 })
  for (let x = 0; x < 40; x++) {
    assert.deepEqual([...data.slice(x * 3, x * 3 + 3)], x >= 10 && x < 30 ? HOT : [77, 77, 77], `column ${x}`)
  }
})

void test('the picture is bounded, keeps its proportions and is never enlarged', () => {
  const size = (width: number, height: number, maxSidePx?: number) => {
    const picture = drawHeatMap(flatMap(width, height), maxSidePx)
    return [picture.width, picture.height]
  }
  assert.deepEqual(size(4096, 1024), [MAX_OVERLAY_SIDE_PX, MAX_OVERLAY_SIDE_PX / 4])
  assert.deepEqual(size(1000, 3000, 300), [100, 300])
  assert.deepEqual(size(1000, 3000, 100_000), [683, 2048])
  assert.deepEqual(size(31, 17), [31, 17])
  assert.deepEqual(size(60_000, 1), [2048, 1])
})

function flatMap(width: number, height: number): HeatMap {
  return {
    grid: { data: Float32Array.of(1), width: 1, height: 1 },
    geometry: identityGeometry({ width, height }),
    low: 0,
    high: 1,
  }
}

void test('what is drawn survives its PNG', async () => {
  const film: Raster = { ...noisePlane(33, 21), channels: 1 }
  const drawn = drawOverlay(
    film,
    { ...flatMap(33, 21), grid: { data: Float32Array.of(0, 1, 2, 3), width: 2, height: 2 } },
    { alpha: 0.6 },
  )
  const { raster } = await decodeRaster(await encodePng(drawn), ROOMY)
  assert.deepEqual(raster, { width: 33, height: 21, channels: 3, data: drawn.data })
})
