import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { encodePicture, PICTURE_FORMATS } from '../../../src/imaging/mark/marked-picture.js'
import { decodeRaster } from '../../../src/imaging/raster.js'
import { largestDifference, ROOMY } from '../goldens.js'
import { MAKING, MARK, pngTexts, rampJob, xmpValue } from './marks.js'

const TERM = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia'
const LINE =
  'Steps: 8, Sampler: ddim, CFG scale: 1.5, Seed: 18446744073709551615, Size: 70x40, Model hash: abcdef0123, ' +
  'Model: tiny@1.0.0, Version: radserve'
const PARAMETERS = `chest radiograph, Erguß 日本 <b>&amp; Steps: 1\nNegative prompt: blurry\n${LINE}`

for (const format of PICTURE_FORMATS) {
  test(`a ${format} says in XMP that a model made it, and how`, async () => {
    const { xmp } = await sharp(await encodePicture(rampJob({ format }))).metadata()
    const packet = xmp!.toString('utf8')
    assert.equal(xmpValue(packet, 'Iptc4xmpExt:DigitalSourceType'), TERM)
    assert.equal(xmpValue(packet, 'Iptc4xmpExt:AISystemUsed'), 'tiny')
    assert.match(xmpValue(packet, 'Iptc4xmpExt:AIPromptInformation')!, /^chest radiograph, Erguß 日本 <b>&amp; /)
    const record = JSON.parse(xmpValue(packet, 'radserve:Record')!) as Record<string, unknown>
    assert.equal(record['seed'], MAKING.seed)
    assert.equal(record['noise_source'], 'torch-cpu')
  })

  test(`the same job gives the same ${format}, gray and RGB`, async () => {
    for (const channels of [1, 3] as const) {
      const job = rampJob({ format, channels })
      assert.deepEqual(await encodePicture(job), await encodePicture(job))
    }
  })

  test(`a ${format} with a prompt of the worst characters can be read`, async () => {
    for (const character of ['&', '日', '"', '\u0001', '\ud800', '😀', '\n']) {
      const prompt = character.repeat(70_000)
      const file = await encodePicture(
        rampJob({ format, mark: { ...MARK, making: { ...MAKING, prompt, negativePrompt: prompt } } }),
      )
      const { xmp } = await sharp(file).metadata()
      assert.equal(xmpValue(xmp!.toString('utf8'), 'Iptc4xmpExt:DigitalSourceType'), TERM)
      const { raster } = await decodeRaster(file, ROOMY)
      assert.deepEqual([raster.width, raster.height], [70, 40])
    }
  })
}

test("a PNG has AUTOMATIC1111's parameters and our own JSON as text", async () => {
  const texts = pngTexts(await encodePicture(rampJob()))
  assert.deepEqual([...texts.keys()], ['parameters', 'radserve', 'XML:com.adobe.xmp'])
  assert.equal(texts.get('parameters'), PARAMETERS)
  const record = JSON.parse(texts.get('radserve')!) as Record<string, unknown>
  assert.equal(record['synthetic'], true)
  assert.equal(record['digital_source_type'], 'trainedAlgorithmicMedia')
  assert.equal(record['prompt'], 'chest radiograph, Erguß 日本 <b>&amp; Steps: 1')
})

test('parameters of Latin-1 alone are a tEXt chunk, as every reader expects them', async () => {
  const mark = { ...MARK, making: { ...MAKING, prompt: 'Erguß' } }
  const png = Buffer.from(await encodePicture(rampJob({ mark })))
  assert.ok(png.includes(Buffer.from('tEXtparameters\0Erguß\n', 'latin1')))
})

test('JPEG and WebP hold the parameters as an Exif comment', async () => {
  for (const format of ['jpeg', 'webp'] as const) {
    const { exif } = await sharp(await encodePicture(rampJob({ format }))).metadata()
    const at = exif!.indexOf('UNICODE\0')
    assert.equal(
      Buffer.from(exif!.subarray(at + 8, at + 8 + PARAMETERS.length * 2))
        .swap16()
        .toString('utf16le'),
      PARAMETERS,
    )
    assert.ok(exif!.includes('Synthetic image made by a model'))
  }
})

test('a prompt that stays out of the file stays out of all of it', async () => {
  const { prompt, negativePrompt, ...making } = MAKING
  for (const format of PICTURE_FORMATS) {
    const file = Buffer.from(await encodePicture(rampJob({ format, mark: { ...MARK, making } })))
    for (const word of [prompt!.slice(0, 16), negativePrompt!]) {
      assert.ok(!file.includes(word) && !file.includes(Buffer.from(word, 'utf16le').swap16()), format)
    }
  }
})

test('PNG and lossless WebP decode to the pixels that went in; JPEG comes near', async () => {
  for (const channels of [1, 3] as const) {
    const job = rampJob({ channels })
    const levels = job.raster.data.map((level) => Math.round(level / 257))
    const read = async (given: Partial<typeof job>) =>
      (await decodeRaster(await encodePicture({ ...job, ...given }), ROOMY)).raster
    assert.deepEqual((await read({ bitDepth: 16 })).data, job.raster.data)
    assert.deepEqual((await read({})).data, Uint8Array.from(levels))
    const webp = await read({ format: 'webp' })
    const shown = channels === 3 ? webp.data : webp.data.filter((_, at) => at % 3 === 0)
    assert.deepEqual(shown, Uint8Array.from(levels))
    const jpeg = await read({ format: 'jpeg', quality: 95 })
    assert.equal(jpeg.channels, channels)
    assert.ok(largestDifference(jpeg.data, levels) <= 6)
  }
})

test('quality makes JPEG and WebP smaller', async () => {
  for (const format of ['jpeg', 'webp'] as const) {
    const [small, large] = await Promise.all([1, 100].map((quality) => encodePicture(rampJob({ format, quality }))))
    assert.ok(small!.length < large!.length)
  }
})
