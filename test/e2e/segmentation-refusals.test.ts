import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { answer, ask, gray, pixelsOf, type Item } from './segmentation-client.js'
import { file, film, startService } from './service.js'

interface Problem {
  readonly code: string
  readonly detail: string
  readonly limit?: string
  readonly errors?: { pointer: string }[]
}

const HALVES = { DEFAULT_MODELS: 'tiny-halves' }

async function refusal(url: string, body: object, accept?: string): Promise<Problem & { status: number }> {
  const reply = await ask(url, body, accept)
  assert.match(reply.headers.get('content-type') ?? '', /application\/problem\+json/)
  return { ...((await reply.json()) as Problem), status: reply.status }
}

const codes = ({ warnings }: Item): string[] => warnings.map(({ code }) => code)

test('no text, blank texts, one word, thousands of words', async (t) => {
  const { url } = await startService(t, { ...HALVES, MAX_TEXT_CHARACTERS: '10000' })
  const image = await gray(20, 20, () => 255)
  const none = await refusal(url, { image })
  assert.deepEqual([none.status, none.code, none.errors![0]!.pointer], [400, 'malformed_body', '/text'])
  assert.equal((await refusal(url, { image, texts: [] })).status, 400)
  for (const text of ['', '   ', '\n']) {
    const blank = await refusal(url, { image, text })
    assert.deepEqual([blank.status, blank.code], [422, 'invalid_text'])
  }
  const [one] = await answer(url, { image, text: 'lung' })
  assert.deepEqual([one!.words.used, codes(one!)], [['lung'], []])
  const [other] = await answer(url, { image, text: 'zebra' })
  assert.deepEqual(codes(other!), ['unknown_text', 'unknown_words'])

  const long = 'the left lung and the right lung of '.repeat(625)
  assert.equal(long.trim().split(' ').length, 5000)
  const tooLong = await refusal(url, { image, text: long })
  assert.deepEqual([tooLong.status, tooLong.code, tooLong.limit], [413, 'too_large', 'MAX_TEXT_CHARACTERS'])
  assert.ok(!JSON.stringify(tooLong).includes('left lung'))
  const [cut] = await answer(url, { image, text: 'a '.repeat(5000) })
  assert.deepEqual(cut!.words.used, Array(6).fill('a'))
  assert.equal(cut!.words.cut.length, 100)
  assert.ok(cut!.words.cut_count >= 256)
  assert.deepEqual(codes(cut!), ['unknown_text', 'words_cut'])
})

test('films of 8x8, of 16 bits, in colour, and what is no film', async (t) => {
  const { url } = await startService(t, HALVES)
  const [small] = await answer(url, { image: await gray(8, 8, (x) => (x < 4 ? 0 : 255)), text: 'both lungs' })
  assert.deepEqual([small!.size, small!.area_px], [{ width: 8, height: 8 }, 32])
  assert.deepEqual(small!.bounding_box, { x: 4, y: 0, width: 4, height: 8 })

  const samples = Uint16Array.from({ length: 40 * 30 }, (_, at) => (at % 40 < 20 ? 0x7f00 : 0x8100))
  const deep = await sharp(samples, { raw: { width: 40, height: 30, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer()
  const [half] = await answer(url, { image: deep, text: 'both lungs' })
  assert.deepEqual(half!.bounding_box, { x: 20, y: 0, width: 20, height: 30 })

  const photograph = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#e0a080' } })
    .jpeg()
    .toBuffer()
  const [coloured] = await answer(url, { image: photograph, text: 'both lungs' })
  assert.deepEqual(codes(coloured!), ['out_of_domain'])
  const [grayAsRgb] = await answer(url, { image: file('rgb-lossless.webp'), text: 'both lungs' })
  const [real] = await answer(url, { image: film(), text: 'both lungs' })
  assert.ok(!codes(real!).includes('out_of_domain') && grayAsRgb !== undefined)

  for (const image of [Buffer.from('no picture'), film().subarray(0, 5000)])
    assert.ok([415, 422].includes((await refusal(url, { image, text: 'lung' })).status))
})

test('a film of 6000x5000 is answered at its own size and holds nobody up', async (t) => {
  const { url, service } = await startService(t, { ...HALVES, REQUEST_TIMEOUT_MS: '120000' })
  const [width, height] = [6000, 5000]
  const huge = await sharp({ create: { width, height, channels: 3, background: '#000' } })
    .composite([
      {
        input: { create: { width: 1501, height: 2003, channels: 3, background: '#fff' } },
        ...{ left: 3703, top: 1009 },
      },
    ])
    .toColourspace('b-w')
    .png({ compressionLevel: 1 })
    .toBuffer()
  let longestMs = 0
  let before = performance.now()
  const watch = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - before - 5)
    before = performance.now()
  }, 5)
  const output = ['mask', 'contours']
  const [item] = await answer(url, { image: huge, text: 'left lung', output, ground_truth: huge })
  clearInterval(watch)
  assert.deepEqual(item!.size, { width, height })
  const { x, y, width: across, height: down } = item!.bounding_box!
  // One cell of the map is 62.5 pixels of the film: half a pixel of such a film is not to be had from it.
  for (const difference of [x - 3703, y - 1009, across - 1501, down - 2003]) assert.ok(Math.abs(difference) <= 12)
  assert.ok(item!.ground_truth!.dice > 0.98 && item!.ground_truth!.hd95_px! < 40)
  const { info } = await pixelsOf(Buffer.from(item!.png!, 'base64'))
  assert.deepEqual([info.width, info.height], [width, height])
  t.diagnostic(`the event loop stood still for ${longestMs.toFixed(0)} ms at most`)

  const limited = await refusal(url, {
    ...{ image: huge, text: 'left lung', output: ['probabilities'] },
    probability_format: 'npy',
  })
  assert.deepEqual([limited.status, limited.limit], [413, 'MAX_MAP_PIXELS'])
  const npy = await ask(url, { image: huge, text: 'left lung' }, 'application/x-npy')
  assert.equal((await npy.arrayBuffer()).byteLength, width * height * 4 + 128)
  assert.equal(service.catalogue.unreadiness().length, 0)
})

test('a ground truth of another size, or none, or too many', async (t) => {
  const { url } = await startService(t, HALVES)
  const image = await gray(40, 30, () => 255)
  const body = { image, text: 'both lungs' }
  const other = await refusal(url, { ...body, ground_truth: await gray(30, 40, () => 255) })
  assert.deepEqual([other.status, other.code], [422, 'malformed_image'])
  assert.match(other.detail, /30x40.*40x30/)
  assert.equal((await refusal(url, { ...body, ground_truth: Buffer.from('none') })).status, 415)
  const two = await refusal(url, { ...body, ground_truths: [image, image] })
  assert.deepEqual([two.status, two.errors![0]!.pointer], [400, '/ground_truths/0'])
})

test('options that do not fit', async (t) => {
  const { url } = await startService(t, { DEFAULT_MODELS: 'tiny-halves,tiny-clip', MAX_MAP_PICTURES: '2' })
  const image = await gray(10, 10, () => 255)
  const bad = [{ threshold: 2 }, { largest: 0 }, { pixel_spacing: [1] }, { output: ['all'] }, { patient_left: 'up' }]
  for (const option of bad) {
    const problem = await refusal(url, { image, text: 'lung', ...option })
    assert.deepEqual([problem.status, problem.code], [400, 'malformed_body'])
    assert.ok(problem.errors![0]!.pointer.startsWith(`/${Object.keys(option)[0]}`))
  }
  const others = await refusal(url, { image, text: 'lung', model: 'tiny-clip' })
  assert.deepEqual([others.status, others.code], [400, 'task_not_supported'])
  const clip = await fetch(`${url}/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input: 'a', model: 'tiny-halves' }),
  })
  assert.equal(clip.status, 400)
  assert.equal((await refusal(url, { image, text: 'lung' }, 'text/html')).status, 406)
  const many = await refusal(url, { image, texts: ['a', 'b', 'c'] })
  assert.deepEqual([many.status, many.limit], [413, 'MAX_MAP_PICTURES'])
})

test('NaN from a pack: 500 without detail, counted, the pack marked until it is loaded anew', async (t) => {
  const { url, logLines } = await startService(t, HALVES)
  const image = await gray(16, 16, () => 255)
  const health = async (): Promise<unknown> =>
    ((await (await fetch(`${url}/v1/models/tiny-halves`)).json()) as { healthy: boolean }).healthy
  assert.equal(await health(), true)
  const reply = await refusal(url, { image, text: 'no evidence of lung' })
  assert.deepEqual([reply.status, reply.code], [500, 'model_output_invalid'])
  assert.doesNotMatch(JSON.stringify(reply), /segmenter|NaN|probabilit/i)
  assert.ok(logLines.some((line) => line.includes('no probabilities')))
  assert.ok(!logLines.some((line) => line.includes('evidence of lung')))
  const metrics = await (await fetch(`${url}/metrics`)).text()
  assert.match(metrics, /radserve_bad_outputs_total\{model="tiny-halves@1.0.0"\} 1/)
  assert.equal(await health(), false)
  await answer(url, { image, text: 'lung' })
  assert.equal(await health(), false, 'a good answer does not make it sound')
  await fetch(`${url}/v1/models/tiny-halves/unload`, { method: 'POST' })
  await fetch(`${url}/v1/models/tiny-halves/load`, { method: 'POST' })
  assert.equal(await health(), true)
})
