/** Images from the whole service with the miniature Stable Diffusion packs: real lanes, real samplers, a real socket. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import OpenAI, { toFile } from 'openai'
import sharp from 'sharp'
import { syntheticSourceOf } from '../../src/imaging/mark/source.js'
import { decodeRaster, type Raster } from '../../src/imaging/raster.js'
import { readEvents, until, type ReadEvent } from '../http/events.js'
import { pngTexts } from '../imaging/mark/marks.js'
import { largestDifference, ROOMY } from '../imaging/goldens.js'
import { FIXTURES, postJson, startService } from './service.js'

interface Reply {
  readonly data: { b64_json: string; seed: number; pixels_sha256: string }[]
  readonly size: string
  readonly denoiser_calls: number
  readonly prompt: { text: string; tokens: number; truncated: boolean; cut: string[] }
}

const FILM = readFileSync(join(FIXTURES, 'diffusion/film.png'))
const MODEL = { model: 'tiny-sd-v', prompt: 'Cardiomegaly with small right pleural effusion.' }
const [WIDTH, HEIGHT] = [64, 64]

const base64 = (bytes: Uint8Array) => ({ data: Buffer.from(bytes).toString('base64') })
const pixelsOf = async (file: Uint8Array | string): Promise<Raster> =>
  (await decodeRaster(typeof file === 'string' ? Buffer.from(file, 'base64') : file, ROOMY)).raster

/** White where `isWhite` says so. */
function maskOf(isWhite: (x: number, y: number) => boolean, width = WIDTH, height = HEIGHT): Promise<Buffer> {
  const data = Uint8Array.from({ length: width * height }, (_, at) =>
    isWhite(at % width, Math.floor(at / width)) ? 255 : 0,
  )
  return sharp(data, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer()
}

const isLeft = (x: number): boolean => x < WIDTH / 2

test('images, over the wire', async (t) => {
  const { url, service, logLines } = await startService(t, { DEFAULT_MODELS: 'tiny-sd-v', LANES: '1' })
  const generate = (fields: object, headers: Record<string, string> = {}) =>
    postJson(`${url}/v1/images/generations`, { ...MODEL, ...fields }, headers)
  const edit = (fields: object, headers: Record<string, string> = {}) =>
    postJson(`${url}/v1/images/edits`, { ...MODEL, image: base64(FILM), ...fields }, headers)
  const json = async (reply: Promise<Response>): Promise<Reply> => {
    const answered = await reply
    const text = await answered.text()
    assert.equal(answered.status, 200, text.slice(0, 300))
    return JSON.parse(text) as Reply
  }
  const refused = async (reply: Promise<Response>): Promise<[number, string]> => {
    const answered = await reply
    return [answered.status, ((await answered.json()) as { code: string }).code]
  }
  const denoiserRuns = (): number =>
    service.engine.statistics('tiny-sd-v@1.0.0').batches.reduce((sum, { computeInfer }) => sum + computeInfer.count, 0)

  await t.test('the same seed gives the same picture: alone, as one of three, beside others', async () => {
    const deterministic = { deterministic: true, steps: 4 }
    const alone = await json(generate({ ...deterministic, seed: 6 }))
    const [many, again] = await Promise.all([
      json(generate({ ...deterministic, seed: 5, n: 3 })),
      json(generate({ ...deterministic, seed: 6 })),
      ...[1, 2].map((seed) => json(generate({ seed, steps: 4 }))),
    ])
    assert.equal(again.data[0]!.b64_json, alone.data[0]!.b64_json)
    assert.equal(many.data[1]!.b64_json, alone.data[0]!.b64_json)
    const crowd = await Promise.all([6, 7, 8, 9].map((seed) => json(generate({ seed, steps: 4 }))))
    const [shared, own] = [await pixelsOf(crowd[0]!.data[0]!.b64_json), await pixelsOf(alone.data[0]!.b64_json)]
    assert.ok(largestDifference(shared.data, own.data) <= 1)
  })

  await t.test('a picture is marked, and its mark is enough to make it again', async () => {
    const reply = await generate({ seed: 11, steps: 4, negative_prompt: 'text' }, { accept: 'image/png' })
    assert.equal(reply.headers.get('content-type'), 'image/png')
    const png = Buffer.from(await reply.arrayBuffer())
    assert.equal(syntheticSourceOf(png), 'trainedAlgorithmicMedia')
    const record = JSON.parse(pngTexts(png).get('radserve')!) as Record<string, unknown>
    const { prompt, negative_prompt, steps, guidance_scale, guidance_rescale, noise_source, scheduler, seed } = record
    assert.equal(seed, '11')
    const fields = { prompt, negative_prompt, steps, guidance_scale, guidance_rescale, noise_source, scheduler, seed }
    const again = await generate(fields, { accept: 'image/png' })
    assert.deepEqual(Buffer.from(await again.arrayBuffer()), png)
  })

  await t.test('a structured prompt and one of 10,000 words', async () => {
    const structured = await json(generate({ prompt: { age: 54, sex: 'female', findings: ['Edema'] }, steps: 1 }))
    assert.equal(structured.prompt.text, '54 year old female. Edema.')
    const long = await json(generate({ prompt: 'large left effusion '.repeat(3334), steps: 1 }))
    assert.equal(long.prompt.truncated, true)
    assert.ok(long.prompt.cut.length > 0)
    assert.deepEqual([...new Set(long.prompt.cut)].sort(), ['effusion', 'large', 'left'])
  })

  await t.test('what is asked wrongly is refused, and says which limit', async () => {
    for (const [fields, status, code] of [
      [{ size: '72x64' }, 400, 'invalid_option'],
      [{ size: '256x64' }, 400, 'invalid_option'],
      [{ steps: 0 }, 400, 'malformed_body'],
      [{ steps: 10_000 }, 413, 'too_large'],
      [{ n: 5, model: 'tiny-sd-v' }, 400, 'invalid_option'],
      [{ n: 9 }, 413, 'too_large'],
      [{ scheduler: 'unknown' }, 400, 'malformed_body'],
      [{ scheduler: { name: 'euler', eta: 1 } }, 400, 'invalid_option'],
      [{ seed: -1 }, 400, 'malformed_body'],
      [{ model: 'tiny-clip' }, 400, 'task_not_supported'],
      [{ prompt: { weight: 3 } }, 400, 'invalid_option'],
      [{ prompt: 'patient John Smith' }, 422, 'prompt_refused'],
    ] as const) {
      assert.deepEqual(await refused(generate(fields)), [status, code], JSON.stringify(fields))
    }
    for (const fields of [{ guidance_scale: 0 }, { guidance_scale: 1 }, { steps: 1 }, { seed: '9223372036854775808' }])
      await json(generate({ steps: 2, ...fields }))
  })

  await t.test('an edit keeps the film outside its mask to the bit, however the mask says it', async () => {
    const film = await pixelsOf(FILM)
    const { channels } = await pixelsOf((await json(edit({ steps: 3 }))).data[0]!.b64_json)
    const filmAt = (at: number): number => film.data[film.channels === channels ? at : Math.floor(at / channels)]!
    const white = await maskOf(isLeft)
    const transparent = await sharp(FILM)
      .toColourspace('srgb')
      .joinChannel(await sharp(white).negate().toColourspace('b-w').raw().toBuffer(), {
        raw: { width: WIDTH, height: HEIGHT, channels: 1 },
      })
      .png()
      .toBuffer()
    const masks = [
      { mask: base64(white) },
      { mask: base64(transparent) },
      { mask: base64(await maskOf((x) => !isLeft(x))), mask_invert: true },
    ]
    const edited = []
    for (const fields of masks) edited.push(await json(edit({ ...fields, seed: 4, steps: 3, deterministic: true })))
    assert.equal(new Set(edited.map(({ data }) => data[0]!.pixels_sha256)).size, 1)
    const { data } = await pixelsOf(edited[0]!.data[0]!.b64_json)
    let changed = 0
    data.forEach((level, at) => {
      const x = Math.floor(at / channels) % WIDTH
      if (!isLeft(x)) assert.equal(level, filmAt(at))
      else changed += Number(level !== filmAt(at))
    })
    assert.ok(changed > data.length / 4)
  })

  await t.test('masks that are all black, all white and of another size; strength 0 and 1', async () => {
    const masks = [maskOf(() => false), maskOf(() => true, 32, 64)]
    for (const mask of await Promise.all(masks))
      assert.deepEqual(await refused(edit({ mask: base64(mask), steps: 2 })), [400, 'invalid_option'])
    await json(edit({ mask: base64(await maskOf(() => true)), steps: 2 }))
    assert.deepEqual(await refused(edit({ strength: 0 })), [400, 'malformed_body'])
    assert.equal((await json(edit({ strength: 1, steps: 3, scheduler: 'euler' }))).denoiser_calls, 3)
  })

  await t.test('what is made of a synthetic film is synthetic, what is made of a real one a composite', async () => {
    const made = Buffer.from((await json(generate({ steps: 2 }))).data[0]!.b64_json, 'base64')
    for (const [image, source] of [
      [made, 'trainedAlgorithmicMedia'],
      [FILM, 'compositeWithTrainedAlgorithmicMedia'],
    ] as const) {
      const reply = await edit({ image: base64(image), steps: 2 }, { accept: 'image/webp' })
      assert.equal(syntheticSourceOf(new Uint8Array(await reply.arrayBuffer())), source)
    }
  })

  await t.test('progress goes out step by step', async () => {
    const events: ReadEvent[] = []
    const reply = await generate({ steps: 5 }, { accept: 'text/event-stream' })
    for await (const event of readEvents(reply)) events.push(event)
    assert.deepEqual(
      events.map(({ event }) => event),
      [...Array.from({ length: 5 }, () => 'progress'), 'result', 'end'],
    )
  })

  await t.test('a client that leaves mid-stream stops the denoiser within one step', async () => {
    const leaving = new AbortController()
    const asked = await fetch(`${url}/v1/images/generations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ ...MODEL, steps: 100 }),
      signal: leaving.signal,
    })
    await readEvents(asked).next()
    leaving.abort()
    await until(() => logLines.some((line) => line.includes('"status":499')))
    const atLeaving = denoiserRuns()
    // A request behind it: when it is done, whatever was left of the first one would have run.
    await json(generate({ steps: 20, guidance_scale: 1 }))
    const runs = denoiserRuns() - atLeaving
    // Its 20 calls, its text and its decoder, and the one step of the other that was under way.
    assert.ok(runs <= 20 + 1 + 1 + 1, `${runs} runs`)
  })

  await t.test("OpenAI's client", async () => {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
    const made = await client.images.generate({ ...MODEL, size: 'auto' })
    assert.equal((await pixelsOf(made.data![0]!.b64_json!)).width, WIDTH)
    const image = await toFile(FILM, 'film.png', { type: 'image/png' })
    const mask = await toFile(await maskOf(isLeft), 'mask.png', { type: 'image/png' })
    const types = []
    for await (const { type } of await client.images.edit({ ...MODEL, image, mask, stream: true })) types.push(type)
    assert.deepEqual(types, ['image_edit.completed'])
  })

  await t.test('no prompt is in the log', () => {
    assert.ok(logLines.length > 10)
    assert.doesNotMatch(logLines.join(''), /Cardiomegaly|Smith|effusion/i)
  })
})
