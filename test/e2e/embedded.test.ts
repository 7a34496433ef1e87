import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { loadConfig } from '../../src/config.js'
import { file, film, postFilm, postJson, startService } from './service.js'

const STORE = resolve(import.meta.dirname, '../../model-store')
const PACKS = ['cxr-align/1.0.0', 'lvit-lung/1.2.0', 'roentgen-mini/1.0.0', 'refers-mini/1.0.0']
/** As shipped: what answers is what the configuration names by default. */
const SHIPPED = { MODEL_STORE: STORE, DEFAULT_MODELS: defaultModels() }

function defaultModels(): string {
  return loadConfig({ environment: {} }).DEFAULT_MODELS
}

test('the embedded pack loads with its goldens, answers by default, and says which bytes spoke', async (t) => {
  const { url } = await startService(t, SHIPPED)
  const reply = await postFilm(`${url}/v1/classifications`, film('kermany_person1679_bacteria_4453.jpg'))
  assert.equal(reply.status, 200)
  const { model, data } = (await reply.json()) as {
    model: { name: string; digest: string }
    data: { labels: { label: string; score: number }[] }[]
  }
  assert.equal(model.name, 'cxr-align')
  assert.equal(reply.headers.get('x-model-digest'), model.digest)
  const score = (label: string) => data[0]?.labels.find((entry) => entry.label === label)?.score ?? NaN
  assert.ok(score('pneumonia') > 0.5 && score('pneumonia') <= 1, 'a film with pneumonia that is in its training data')
  const card = (await (await fetch(`${url}/v1/models/cxr-align`)).json()) as { limitations: string[]; not_for: string }
  assert.ok(card.limitations.length > 0 && /diagnosis/i.test(card.not_for), 'it is honestly labelled')
  const local = await postJson(`${url}/v1/embeddings`, { input: [{ text: 'right lung' }], level: 'local' })
  assert.equal(local.status, 200)
})

interface SegmentationsAnswer {
  readonly model: { readonly name: string }
  readonly data: readonly {
    readonly area_px: number
    readonly regions: readonly { readonly laterality: string }[]
    readonly warnings: readonly { readonly code: string }[]
  }[]
}

test('the embedded pack outlines the lung that is named, on the patient’s side, and nothing for what it does not know', async (t) => {
  const { url } = await startService(t, SHIPPED)
  const image = { data: film('kermany_person1679_bacteria_4453.jpg').toString('base64') }
  const texts = ['left lung', 'right lung', 'the weather in spring']
  const reply = await postJson(`${url}/v1/segmentations`, { image, texts, largest: 1 })
  assert.equal(reply.status, 200)
  const { model, data } = (await reply.json()) as SegmentationsAnswer
  assert.equal(model.name, 'lvit-lung')
  const [left, right, unknown] = data
  assert.deepEqual([left?.regions[0]?.laterality, right?.regions[0]?.laterality], ['left', 'right'])
  assert.ok(left!.area_px > 0 && right!.area_px > 0)
  assert.ok(unknown?.warnings.some(({ code }) => code === 'unknown_text'))
})

test('the embedded pack makes a film from words, marked as synthetic, and the same one again', async (t) => {
  const { url } = await startService(t, SHIPPED)
  const asked = { prompt: 'chest radiograph, AP view, child, no finding', seed: 7, steps: 4, deterministic: true }
  const picture = async () => {
    const headers = { 'content-type': 'application/json', accept: 'image/png' }
    const reply = await fetch(`${url}/v1/images/generations`, { method: 'POST', headers, body: JSON.stringify(asked) })
    assert.equal(reply.status, 200)
    return Buffer.from(await reply.arrayBuffer())
  }
  const first = await picture()
  assert.ok(first.includes('digitalsourcetype/trainedAlgorithmicMedia'))
  const { channels } = await sharp(first).stats()
  assert.ok(channels[0]!.stdev > 20, 'a film has dark lungs and bright bones')
  assert.ok(first.equals(await picture()), 'same seed, same bytes')
})

interface ReportAnswer {
  readonly findings: string
  readonly status: string
  readonly view_weights: readonly number[]
  readonly structured: readonly { readonly label: string; readonly state: string }[]
  readonly warnings: readonly { readonly code: string }[]
  readonly model: { readonly name: string }
}

test('the embedded pack writes of a study, over the sessions of cxr-align, and not of what is no radiograph', async (t) => {
  const { url, service } = await startService(t, {
    ...{ ...SHIPPED, DEFAULT_MODELS: 'cxr-align,refers-mini' },
    // What the pack itself makes of a picture that is none of its films.
    GATE_OUTLIERS: 'warn',
  })
  const report = async (...images: readonly Buffer[]): Promise<ReportAnswer> => {
    const reply = await postJson(`${url}/v1/reports`, {
      images: images.map((data) => ({ data: data.toString('base64') })),
    })
    assert.equal(reply.status, 200)
    return (await reply.json()) as ReportAnswer
  }
  const child = film('kermany_person1679_bacteria_4453.jpg')
  const { findings, status, structured, model } = await report(child)
  assert.deepEqual([model.name, status], ['refers-mini', 'preliminary'])
  assert.match(findings, /^Frontal chest radiograph, AP view\. Findings: .*pneumonia\.$/)
  assert.equal(structured.find(({ label }) => label === 'Pneumonia')?.state, 'present')

  const noise = await sharp({
    create: {
      width: 160,
      height: 160,
      channels: 3,
      background: 'grey',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer()
  const together = await report(child, noise)
  assert.equal(together.findings, findings)
  assert.ok(together.view_weights[0]! > 0.999 && together.view_weights[1]! < 0.001)
  const alone = await report(noise)
  assert.match(alone.findings, /^No report/)
  assert.ok(alone.warnings.some(({ code }) => code === 'unfit_films'))

  const { graphs, lanes } = service.engine.status()
  const shared = graphs.filter(({ owners }) => owners.length === 2)
  assert.equal(shared.length, 5, 'image encoder, text encoder, similarity, prototypes and outlier')
  for (const { sessions } of lanes) {
    const digests = sessions.map(({ digest }) => digest)
    assert.equal(new Set(digests).size, digests.length, 'a lane holds one session of each graph')
  }
})

test('a picture of something else gets no score, whatever its format; a film gets its outlier score told', async (t) => {
  const { url } = await startService(t, { ...SHIPPED, DEFAULT_MODELS: 'cxr-align,lvit-lung,refers-mini' })
  const photograph = { data: file('rgb-8.png').toString('base64') }
  const child = {
    data: readFileSync(join(STORE, 'cxr-align/1.0.0/goldens/kermany_IM-0003-0001.jpg')).toString('base64'),
  }
  const asks: readonly (readonly [path: string, one: (image: object) => object, scored: string])[] = [
    ['classifications', (image) => ({ images: [child, image] }), '0=0.53, 1=0.53'],
    ['similarities', (image) => ({ images: [child, image], texts: ['pneumonia'] }), '0=0.53, 1=0.53'],
    ['embeddings', (image) => ({ input: ['a text', { image: child }, { image }] }), '0=0.53, 1=0.53'],
    ['segmentations', (image) => ({ images: [child, image], text: 'left lung' }), '0=0.53, 1=0.53'],
    ['reports', (image) => ({ study: [child, image] }), '0=0.53, 1=0.53'],
  ]
  for (const [path, ask, scored] of asks) {
    const film = await postJson(`${url}/v1/${path}`, ask(child))
    assert.deepEqual([film.status, film.headers.get('x-outlier-scores')], [200, scored], path)
    const refused = await postJson(`${url}/v1/${path}`, ask(photograph))
    const { code, reason, errors } = (await refused.json()) as {
      code: string
      reason: string
      errors?: { pointer: string }[]
    }
    assert.deepEqual([refused.status, code, reason], [422, 'image_unfit', 'out_of_distribution'], path)
    assert.match(errors?.[0]?.pointer ?? '', /[12]/, path)
  }
})

test('the embedded packs stay small', () => {
  const sizes = PACKS.map((pack) => bytesOf(join(STORE, pack)))
  const limits = [15 * 2 ** 20, 12 * 2 ** 20, 30 * 2 ** 20, 15 * 2 ** 20]
  assert.ok(
    sizes.every((size, at) => size < limits[at]!),
    `${sizes.join(', ')} bytes`,
  )
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 60 * 2 ** 20)
})

function bytesOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)))
  return files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)
}
