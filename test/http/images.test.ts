import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import sharp from 'sharp'
import { SCHEDULER_NAMES } from '../../src/families/diffusion/schedulers/spec.js'
import type { GenerationsRequest } from '../../src/flows/generate.js'
import { withProgress, type Progress } from '../../src/http/progress.js'
import { encodePicture } from '../../src/imaging/mark/marked-picture.js'
import { sourceUri, syntheticSourceOf, type SyntheticSource } from '../../src/imaging/mark/source.js'
import { decodeRaster } from '../../src/imaging/raster.js'
import { ROOMY } from '../imaging/goldens.js'
import { pngTexts, rampJob } from '../imaging/mark/marks.js'
import { buildHttp } from './build-http.js'

interface Reply {
  readonly data: { b64_json: string; seed: number | string; sha256: string; pixels_sha256: string }[]
  readonly [field: string]: unknown
}

interface Problem {
  readonly code: string
  readonly detail: string
  readonly limit?: string
  readonly errors?: { pointer: string; detail: string }[]
}

async function start(t: TestContext, http: NonNullable<Parameters<typeof buildHttp>[1]>['http'] = {}) {
  const built = await buildHttp(t, { http })
  const ask = (payload: object, headers: Record<string, string> = {}, path = 'generations') =>
    built.app.inject({ method: 'POST', url: `/v1/images/${path}`, payload, headers })
  const refused = async (payload: object, status: number, path?: string): Promise<Problem> => {
    const reply = await ask(payload, {}, path)
    assert.equal(reply.statusCode, status, reply.body.slice(0, 300))
    return reply.json<Problem>()
  }
  return { ...built, ask, refused }
}

/** What a request asks, without who waits for it. */
function wordsOf(request: GenerationsRequest): Record<string, unknown> {
  const entries = Object.entries(request).filter(([key]) => key !== 'demand' && key !== 'onProgress')
  return Object.fromEntries<unknown>(entries)
}

const PROMPT = { prompt: 'chest radiograph, pneumonia' }
const FILM = { data: Buffer.from([1, 2, 3]).toString('base64') }

test('a prompt becomes a marked PNG and everything that it takes to make it again', async (t) => {
  const { ask, services } = await start(t)
  const reply = await ask({ ...PROMPT, seed: 200, negative_prompt: 'blurry', guidance_rescale: 0.5 })
  assert.equal(reply.statusCode, 200)
  const { data, created, timings, ...rest } = reply.json<
    Reply & { timings: Record<string, unknown>; created: number }
  >()
  assert.deepEqual(rest, {
    model: 'tiny@1.0.0',
    digests: { model: 'd'.repeat(64) },
    ...{ output_format: 'png', size: '80x64', background: 'opaque', bit_depth: 8 },
    digital_source_type: 'trainedAlgorithmicMedia',
    ...{ seed: 200, noise_source: 'torch-cpu' },
    scheduler: {
      ...{ name: 'ddim', timestep_spacing: 'leading', steps_offset: 0, set_alpha_to_one: true, eta: 0 },
      ...{ clip_sample: true, clip_sample_range: 1, thresholding: false, dynamic_thresholding_ratio: 0.995 },
      ...{ sample_max_value: 1, use_clipped_model_output: false },
      timesteps: [999, 998, 997, 996],
    },
    ...{ steps: 4, denoiser_calls: 4, guidance_scale: 2, guidance_rescale: 0.5 },
    prompt: { text: PROMPT.prompt, tokens: 5, truncated: false, cut: [] },
    negative_prompt: { text: 'blurry', tokens: 3, truncated: false, cut: [] },
    usage: {
      ...{ input_tokens: 8, output_tokens: 0, total_tokens: 8 },
      input_tokens_details: { text_tokens: 8, image_tokens: 0 },
    },
  })
  assert.ok(Math.abs(created - Date.now() / 1000) < 60)
  assert.equal(timings['run_ms'], 4.25)
  assert.deepEqual(timings['run_ms_by_component'], { denoiser: 4 })
  assert.equal(reply.headers['x-model-digest'], 'd'.repeat(64))
  assert.match(String(reply.headers['server-timing']), /run;dur=4\.3/)
  const [image] = data
  const png = Buffer.from(image!.b64_json, 'base64')
  assert.equal(image!.sha256, createHash('sha256').update(png).digest('hex'))
  assert.match(
    pngTexts(png).get('parameters')!,
    /^chest radiograph, pneumonia\nNegative prompt: blurry\nSteps: 4, Sampler: ddim, /,
  )
  const { raster } = await decodeRaster(png, ROOMY)
  assert.deepEqual([raster.width, raster.height, raster.channels, raster.data[0]], [80, 64, 1, 200])
  assert.equal(services.generate.asked[0]!.guidanceRescale, 0.5)
})

test('every field reaches the flow, and what is left out stays out', async (t) => {
  const { ask, services } = await start(t)
  await ask({
    ...{ prompt: { age: 54, sex: 'female', findings: ['effusion', 'edema'] }, model: 'tiny', n: 2, size: '96x64' },
    ...{ steps: 3, guidance_scale: 7.5, scheduler: 'euler', seed: '18446744073709551615', noise_source: 'torch-cuda' },
    ...{ deterministic: true, quality: 'auto', background: 'opaque', moderation: 'auto', user: 'me', style: null },
  })
  await ask({ ...PROMPT, size: 'auto', scheduler: { name: 'dpm_solver', use_karras_sigmas: true } })
  const [first, second] = services.generate.asked
  const { demand, ...fields } = first!
  assert.deepEqual(fields, {
    prompt: { age: 54, sex: 'female', findings: ['effusion', 'edema'] },
    ...{ model: 'tiny', n: 2, size: { width: 96, height: 64 }, steps: 3, guidanceScale: 7.5 },
    ...{ scheduler: { name: 'euler' }, seed: 2n ** 64n - 1n, noiseSource: 'torch-cuda' },
  })
  assert.equal(demand.isDeterministic, true)
  // Nobody listens, so the work need not stop at each step to tell.
  assert.deepEqual(Object.keys(second!).sort(), ['demand', 'prompt', 'scheduler'])
  assert.deepEqual(second!.scheduler, { name: 'dpm_solver', use_karras_sigmas: true })
})

test('n images have seeds of their own, beyond 2^53 as text, and each can be made again alone', async (t) => {
  const { ask } = await start(t)
  const many = (await ask({ ...PROMPT, n: 3, seed: '9007199254740990' })).json<Reply>()
  assert.deepEqual(
    many.data.map(({ seed }) => seed),
    [9007199254740990, 9007199254740991, '9007199254740992'],
  )
  for (const { seed, b64_json } of many.data) {
    const alone = (await ask({ ...PROMPT, seed })).json<Reply>()
    assert.equal(alone.data[0]!.b64_json, b64_json)
  }
})

test('the picture itself is answered to those who accept one', async (t) => {
  const { ask } = await start(t)
  for (const format of ['png', 'jpeg', 'webp'] as const) {
    const reply = await ask({ ...PROMPT, seed: 9 }, { accept: `image/${format}` })
    assert.equal(reply.headers['content-type'], `image/${format}`)
    assert.equal(reply.headers['x-seed'], '9')
    assert.equal(reply.headers['x-model-digest'], 'd'.repeat(64))
    assert.equal(syntheticSourceOf(reply.rawPayload), 'trainedAlgorithmicMedia')
    assert.equal((await sharp(reply.rawPayload).metadata()).format, format)
    const json = await ask({ ...PROMPT, seed: 9, output_format: format })
    assert.deepEqual(Buffer.from(json.json<Reply>().data[0]!.b64_json, 'base64'), reply.rawPayload)
  }
  const wild = await ask({ ...PROMPT, output_format: 'webp' }, { accept: 'image/*' })
  assert.equal(wild.headers['content-type'], 'image/webp')
  const exact = await ask({ ...PROMPT, bit_depth: 16, banner: 'border' }, { accept: 'image/png' })
  const { width, height, depth } = await sharp(exact.rawPayload).metadata()
  assert.deepEqual([width, height, depth], [80, 75, 'ushort'])
  assert.equal((await ask({ ...PROMPT, output_format: 'png' }, { accept: 'image/jpeg' })).statusCode, 406)
  assert.equal((await ask({ ...PROMPT, n: 2 }, { accept: 'image/png' })).json<Problem>().code, 'invalid_option')
  assert.equal((await ask({ ...PROMPT, stream: true }, { accept: 'image/png' })).statusCode, 406)
})

test('a form says the same as JSON', async (t) => {
  const { app, ask, services } = await start(t)
  const fields = { ...PROMPT, n: 2, steps: 3, guidance_scale: 1.5, seed: '5', scheduler: { name: 'ddim', eta: 1 } }
  const json = await ask(fields)
  const form = new FormData()
  for (const [name, value] of Object.entries(fields))
    form.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  const packed = new Response(form)
  const reply = await app.inject({
    method: 'POST',
    url: '/v1/images/generations',
    headers: { 'content-type': packed.headers.get('content-type')! },
    payload: Buffer.from(await packed.arrayBuffer()),
  })
  assert.equal(reply.statusCode, 200, reply.body)
  assert.deepEqual(reply.json<Reply>().data, json.json<Reply>().data)
  const [first, second] = services.generate.asked.map(wordsOf)
  assert.deepEqual(second, first)
})

test('the prompt stays out of the file where it is asked to, not out of the answer', async (t) => {
  const { ask } = await start(t)
  const reply = (await ask({ ...PROMPT, embed_prompt: false })).json<Reply & { prompt: { text: string } }>()
  assert.equal(reply.prompt.text, PROMPT.prompt)
  assert.ok(!Buffer.from(reply.data[0]!.b64_json, 'base64').includes('pneumonia'))
})

test('a prompt of 10,000 words is read as far as the model reads, and the answer says what was cut', async (t) => {
  const { ask } = await start(t)
  const prompt = Array.from({ length: 10_000 }, (_, at) => `finding${at % 7}`).join(' ')
  const reply = await ask({ prompt })
  assert.equal(reply.statusCode, 200)
  const { prompt: read } = reply.json<{ prompt: { truncated: boolean; cut: string[] } }>()
  assert.equal(read.truncated, true)
  assert.equal(read.cut.length, 100)
})

const WRONG: readonly (readonly [fields: object, pointer: string, detail: RegExp])[] = [
  [{ steps: 0 }, '/steps', />= 1/],
  [{ steps: 1.5 }, '/steps', /integer/],
  [{ guidance_scale: -1 }, '/guidance_scale', />= 0/],
  [{ guidance_scale: 'NaN' }, '/guidance_scale', /number/],
  [{ seed: -1 }, '/seed', /left out, one is drawn/],
  [{ seed: 'abc' }, '/seed', /decimal text/],
  [{ seed: 2 ** 53 }, '/seed', /2\^53/],
  [{ seed: '18446744073709551616' }, '/seed', /at most 18446744073709551615/],
  [{ size: '128' }, '/size', /pattern/],
  [{ size: '0x128' }, '/size', /pattern/],
  [{ n: 0 }, '/n', />= 1/],
  [{ scheduler: 'ddpm' }, '/scheduler', new RegExp(SCHEDULER_NAMES.join(', '))],
  [{ scheduler: { name: 'ddpm' } }, '/scheduler/name', new RegExp(SCHEDULER_NAMES.join(', '))],
  [{ bit_depth: 12 }, '/bit_depth', /8 or 16/],
  [{ output_compression: 101 }, '/output_compression', /<= 100/],
  [{ partial_images: 4 }, '/partial_images', /<= 3/],
  [{ prompt: 7 }, '/prompt', /text/],
  [{ noise_source: 'numpy' }, '/noise_source', /torch-cpu, torch-cuda/],
  [{ mask: FILM }, '/mask', /not a field/],
  [{ unknown: 1 }, '/unknown', /not a field/],
]

for (const [fields, pointer, detail] of WRONG) {
  test(`${JSON.stringify(fields)} is refused at ${pointer}`, async (t) => {
    const { refused, services } = await start(t)
    const { code, errors } = await refused({ ...PROMPT, ...fields }, 400)
    assert.equal(code, 'malformed_body')
    assert.equal(errors![0]!.pointer, pointer)
    assert.match(errors![0]!.detail, detail)
    assert.equal(services.generate.asked.length, 0)
  })
}

test('the edges of what is taken are taken', async (t) => {
  const { ask, services } = await start(t)
  const edges = [
    { steps: 1 },
    { guidance_scale: 0 },
    { guidance_scale: 1 },
    { seed: 0 },
    { seed: '9223372036854775808' },
  ]
  for (const fields of edges) assert.equal((await ask({ ...PROMPT, ...fields })).statusCode, 200)
  assert.equal(services.generate.asked.at(-1)!.seed, 2n ** 63n)
})

test('what OpenAI has and a radiograph has no use for is refused with a reason', async (t) => {
  const { refused } = await start(t)
  for (const [field, value, reason] of [
    ['response_format', 'url', /nothing is kept/],
    ['quality', 'hd', /steps/],
    ['background', 'transparent', /opaque/],
    ['moderation', 'low', /lowered/],
    ['style', 'vivid', /prompt/],
  ] as const) {
    const { code, errors } = await refused({ ...PROMPT, [field]: value }, 400)
    assert.deepEqual([code, errors![0]!.pointer], ['invalid_option', `/${field}`])
    assert.match(errors![0]!.detail, reason)
  }
  for (const fields of [{ bit_depth: 16, output_format: 'jpeg' }, { output_compression: 50 }])
    assert.equal((await refused({ ...PROMPT, ...fields }, 400)).code, 'invalid_option')
})

test('each limit names itself', async (t) => {
  const { refused } = await start(t, { maxSteps: 3, maxImagesGenerated: 2, maxPromptCharacters: 30 })
  const limitOf = async (fields: object) => (await refused({ ...PROMPT, ...fields }, 413)).limit
  assert.equal(await limitOf({ steps: 4 }), 'MAX_STEPS')
  assert.equal(await limitOf({ steps: 10_000 }), 'MAX_STEPS')
  assert.equal(await limitOf({ n: 3 }), 'MAX_IMAGES_GENERATED')
  assert.equal(await limitOf({ prompt: 'a'.repeat(31) }), 'MAX_PROMPT_CHARACTERS')
  assert.equal(await limitOf({ negative_prompt: 'a'.repeat(31) }), 'MAX_PROMPT_CHARACTERS')
  assert.equal(await limitOf({ prompt: { findings: ['a', 'a'.repeat(31)] } }), 'MAX_PROMPT_CHARACTERS')
})

test('a prompt that looks like it names a person is refused, and neither answer nor log repeats it', async (t) => {
  const { refused, services, lines } = await start(t)
  for (const [fields, pointer] of [
    [{ prompt: 'patient John Smith, effusion' }, '/prompt'],
    [{ negative_prompt: 'John Smith' }, '/negative_prompt'],
    [{ prompt: { findings: ['edema', 'Mr. Smith'] } }, '/prompt/findings/1'],
  ] as const) {
    const problem = await refused({ ...PROMPT, ...fields }, 422)
    assert.equal(problem.code, 'prompt_refused')
    assert.deepEqual(problem.errors, [{ pointer, detail: 'looks like it holds a name' }])
    assert.doesNotMatch(JSON.stringify([problem, lines]), /Smith/)
  }
  assert.equal(services.generate.asked.length, 0)
})

test('the refusal can be switched off', async (t) => {
  const { ask } = await start(t, { refusePersonalPrompts: false })
  assert.equal((await ask({ prompt: 'patient John Smith, effusion' })).statusCode, 200)
})

test('an edit takes its film, mask and strength, as JSON, form and raw body', async (t) => {
  const { app, ask, services } = await start(t)
  const mask = { data: Buffer.from([9]).toString('base64') }
  const fields = { ...PROMPT, mask_invert: true, strength: 0.4, seed: 3 }
  const json = await ask({ ...fields, image: FILM, mask }, {}, 'edits')
  assert.equal(json.statusCode, 200, json.body)
  const { edit, digital_source_type: source } = json.json<Reply & { edit: object }>()
  assert.deepEqual([edit, source], [{ strength: 0.4, film_size: '80x64' }, 'compositeWithTrainedAlgorithmicMedia'])
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value))
  form.set('image[]', new Blob([Buffer.from([1, 2, 3])]), 'film.png')
  form.set('mask', new Blob([Buffer.from([9])]), 'mask.png')
  const packed = new Response(form)
  await app.inject({
    method: 'POST',
    url: '/v1/images/edits',
    headers: { 'content-type': packed.headers.get('content-type')! },
    payload: Buffer.from(await packed.arrayBuffer()),
  })
  const query = new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  )
  await app.inject({
    method: 'POST',
    url: `/v1/images/edits?${query.toString()}`,
    headers: { 'content-type': 'image/png' },
    payload: Buffer.from([1, 2, 3]),
  })
  const [first, second, third] = services.generate.asked.map(wordsOf)
  assert.deepEqual(first, {
    ...{ ...PROMPT, seed: 3n, strength: 0.4, isMaskInverted: true },
    ...{ film: Buffer.from([1, 2, 3]), mask: Buffer.from([9]) },
  })
  assert.deepEqual(second, first)
  assert.deepEqual({ ...third, mask: Buffer.from([9]) }, first)
})

test('what is made of a synthetic film stays synthetic, what is made of a real one is a composite', async (t) => {
  const { ask } = await start(t)
  const film = async (source: SyntheticSource) =>
    Buffer.from(await encodePicture(rampJob({ mark: { source } }))).toString('base64')
  for (const [data, expected] of [
    [await film('trainedAlgorithmicMedia'), 'trainedAlgorithmicMedia'],
    [await film('compositeWithTrainedAlgorithmicMedia'), 'compositeWithTrainedAlgorithmicMedia'],
    [FILM.data, 'compositeWithTrainedAlgorithmicMedia'],
  ] as const) {
    const reply = await ask({ ...PROMPT, image: { data } }, { accept: 'image/png' }, 'edits')
    const packet = pngTexts(reply.rawPayload).get('XML:com.adobe.xmp')
    assert.ok(packet!.includes(`>${sourceUri(expected)}<`))
  }
})

test('an edit without a film, with two, or of strength 0 is refused; strength 1 is taken', async (t) => {
  const { ask, refused } = await start(t)
  for (const [fields, pointer] of [
    [{}, '/images'],
    [{ images: [FILM, FILM] }, '/images/1'],
    [{ image: FILM, strength: 0 }, '/strength'],
    [{ image: FILM, strength: 1.01 }, '/strength'],
    [{ image: { url: 'https://example.org/film.png' } }, '/image/url'],
  ] as const) {
    const { code, errors } = await refused({ ...PROMPT, ...fields }, 400, 'edits')
    assert.deepEqual([code, errors![0]!.pointer], ['malformed_body', pointer])
  }
  assert.equal((await ask({ ...PROMPT, image: FILM, strength: 1 }, {}, 'edits')).statusCode, 200)
})

test('whoever waits for the request hears of its progress', async (t) => {
  const { ask } = await start(t)
  const heard: Progress[] = []
  await withProgress(
    (progress) => heard.push(progress),
    // Asked for inside, not only begun: a request is sent when it is awaited.
    async () => await ask({ ...PROMPT, steps: 3 }),
  )
  assert.deepEqual(heard, [
    { step: 1, of: 3, etaMs: 10 },
    { step: 2, of: 3, etaMs: 5 },
    { step: 3, of: 3, etaMs: 0 },
  ])
})
