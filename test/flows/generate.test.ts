import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Answer } from '../../src/flows/answer.js'
import type {
  EditsRequest,
  GenerationProgress,
  GenerationsRequest,
  GenerationsResult,
} from '../../src/flows/generate.js'
import type { AppError } from '../../src/errors.js'
import { DIFFUSION } from '../families/diffusion/tiny-sd.js'
import { asked, demandOf, levelsApart, runsOf, startGenerations } from './generation-service.js'

const service = await startGenerations()
const { predict, images } = service
const film = readFileSync(join(DIFFUSION, 'film.png'))
const mask = readFileSync(join(DIFFUSION, 'mask.png'))

const edit = (changes: Partial<EditsRequest> = {}): EditsRequest => ({ ...asked(), film, ...changes })

test('the answer says all that was done, and each picture can be made again by itself', async () => {
  const steps: GenerationProgress[] = []
  const request = asked({
    ...{ model: 'tiny-sd', n: 3, seed: 2n ** 64n - 2n, negativePrompt: 'text', guidanceRescale: 0.5 },
    onProgress: (progress) => steps.push(progress),
  })
  const { result, model, timings } = await predict.generations(request)
  assert.equal(model.name, 'tiny-sd')
  assert.deepEqual(
    result.images.map(({ seed }) => seed),
    [2n ** 64n - 2n, 2n ** 64n - 1n, 0n],
    'seeds go on behind the last one',
  )
  assert.equal(result.scheduler.name, 'pndm')
  assert.deepEqual(result.timesteps, [831, 665, 665, 499, 333, 167, 1].slice(0, result.denoiserCalls))
  assert.equal(result.denoiserCalls, 7, 'PNDM asks once more')
  assert.deepEqual(
    steps.map(({ step, of }) => [step, of]),
    Array.from({ length: 7 }, (_, at) => [at + 1, 7]),
  )
  assert.equal(steps.at(-1)?.etaMs, 0)
  assert.deepEqual([result.guidanceScale, result.guidanceRescale, result.noiseSource], [4, 0.5, 'torch-cpu'])
  assert.equal(result.negativePrompt?.text, 'text')
  assert.deepEqual(Object.keys(result.runMs).sort(), ['denoiser', 'latent_decoder', 'text_encoder'])
  assert.ok(timings.runMs > 0 && timings.finishMs > 0)
  const again = await predict.generations({ ...request, n: 1, seed: result.images[2]!.seed })
  assert.ok(levelsApart(again.result.images[0]!.raster, result.images[2]!.raster) <= 1)
  assert.match(result.images[0]!.pixelsSha256, /^[0-9a-f]{64}$/)
})

test('steps of concurrent generations share batches, and give what each gives alone', async () => {
  const requests = [1n, 2n, 3n, 4n].map((seed) => asked({ seed, steps: 20, prompt: `Effusion of grade ${seed}.` }))
  const alone: Answer<GenerationsResult>[] = []
  for (const request of requests) alone.push(await predict.generations(request))
  assert.equal(runsOf(service, 'tiny-sd-v@1.0.0', 3), 0, 'alone: the two halves of the guidance')
  const together = await Promise.all(requests.map((request) => predict.generations(request)))
  assert.ok(runsOf(service, 'tiny-sd-v@1.0.0', 4) > 0, 'rows of several requests in one run')
  together.forEach(({ result }, at) => {
    assert.ok(levelsApart(result.images[0]!.raster, alone[at]!.result.images[0]!.raster) <= 1)
  })
})

test('a graph with one timestep for all rows shares batches too, where the timesteps are equal', async () => {
  const request = (seed: bigint, steps: number) => asked({ model: 'tiny-sd', seed, steps })
  const alone = await predict.generations(request(1n, 12))
  const before = runsOf(service, 'tiny-sd@1.0.0', 4)
  const together = await Promise.all(
    [request(1n, 12), request(2n, 12), request(3n, 9)].map((own) => predict.generations(own)),
  )
  assert.ok(levelsApart(together[0]!.result.images[0]!.raster, alone.result.images[0]!.raster) <= 1)
  assert.ok(runsOf(service, 'tiny-sd@1.0.0', 4) > before)
})

test('deterministic: the same bytes in company, in a batch of three and behind others', async () => {
  const request = asked({ seed: 9n, demand: demandOf({ isDeterministic: true }) })
  const digestOf = async (own: GenerationsRequest, at = 0) =>
    (await predict.generations(own)).result.images[at]!.pixelsSha256
  const first = await digestOf(request)
  const [second, third] = await Promise.all([
    digestOf(request),
    digestOf({ ...request, seed: 8n, n: 3 }, 1),
    ...[1n, 2n, 3n].map((seed) => digestOf(asked({ seed }))),
  ])
  assert.deepEqual([second, third], [first, first])
  const edited = edit({ demand: request.demand, mask })
  const digests = await Promise.all(
    [edited, edited].map(async (own) => (await predict.edits(own)).result.images[0]!.pixelsSha256),
  )
  assert.equal(digests[0], digests[1])
})

test('a cancelled request and one whose deadline passes end between two steps', async () => {
  const run = async (stop: (controller: AbortController, step: number) => void): Promise<[string, number]> => {
    const controller = new AbortController()
    let last = 0
    const request = asked({
      ...{ steps: 100, demand: demandOf({ signal: controller.signal }) },
      onProgress: ({ step }) => {
        last = step
        stop(controller, step)
      },
    })
    const error = await predict.generations(request).catch((reason: unknown) => reason as AppError)
    assert.ok('code' in error)
    return [error.code, last]
  }
  assert.deepEqual(await run((controller, step) => step === 3 && controller.abort()), ['cancelled', 3])
  const before = runsOf(service, 'tiny-sd-v@1.0.0')
  await predict.generations(asked({ steps: 1, guidanceScale: 1 }))
  assert.ok(runsOf(service, 'tiny-sd-v@1.0.0') - before <= 4, 'nothing of the cancelled request runs on')
  const late = asked({ steps: 100, demand: demandOf({ deadlineMs: performance.now() + 60 }) })
  await assert.rejects(predict.generations(late), { code: 'deadline_exceeded' })
})

test('outside a mask the film’s own pixels stay, bit for bit', async () => {
  const { result } = await predict.edits(edit({ mask }))
  assert.deepEqual(result.edit?.film, { width: 64, height: 64 })
  const source = await images.editSource(
    { ...{ film, mask, isMaskInverted: false, size: result.size, channels: 3, color: 'rgb' } },
    new AbortController().signal,
  )
  const { data } = result.images[0]!.raster
  const inside = source.mask!.data
  let changed = 0
  data.forEach((value, at) => {
    const isKept = value === source.mask!.kept.data[at]
    if (inside[Math.floor(at / 3)] === 0) assert.ok(isKept)
    else changed += Number(!isKept)
  })
  assert.ok(changed > inside.length / 10, 'inside it is another')
  assert.ok(Math.abs(result.edit.changedShare! - inside.reduce((sum, value) => sum + value, 0) / inside.length) < 1e-9)
})

test('an edit has the film’s size where the pack can make it, and its proportions where not', async () => {
  const large = readFileSync(join(DIFFUSION, 'film-large.png'))
  assert.deepEqual((await predict.edits(edit())).result.size, { width: 64, height: 64 })
  const { result } = await predict.edits(edit({ film: large, strength: 0.4 }))
  assert.deepEqual([result.size, result.denoiserCalls], [{ width: 80, height: 48 }, 2])
  const own = await predict.edits(edit({ film: large, size: { width: 32, height: 64 } }))
  assert.deepEqual(own.result.size, { width: 32, height: 64 })
})

test('a structured prompt, a long one and none for what is not wanted', async () => {
  const { result } = await predict.generations(
    asked({
      prompt: { age: 54, race: 'black', sex: 'Female', findings: ['Effusion', 'cardiomegaly'] },
      guidanceScale: 1,
    }),
  )
  assert.equal(result.prompt.text, '54 year old BLACK female. Effusion, cardiomegaly.')
  assert.equal(result.negativePrompt, undefined, 'it is not read')
  const words = Array.from({ length: 10_000 }, (_, at) => ['large', 'effusion', 'left'][at % 3]!)
  const long = await predict.generations(asked({ prompt: words.join(' '), steps: 1 }))
  assert.deepEqual([long.result.prompt.tokens, long.result.prompt.isTruncated], [77, true])
  assert.ok(long.result.prompt.cut.length > 0)
  assert.ok(long.result.prompt.cut.every((word) => words.includes(word)))
})
