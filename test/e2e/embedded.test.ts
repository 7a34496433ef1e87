import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { film, postFilm, postJson, startService } from './service.js'

const STORE = resolve(import.meta.dirname, '../../model-store')

test('the embedded pack loads with its goldens, answers by default, and says which bytes spoke', async (t) => {
  const { url } = await startService(t, { MODEL_STORE: STORE, DEFAULT_MODELS: 'cxr-align' })
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

test('the embedded packs stay small', () => {
  const folder = join(STORE, 'cxr-align/1.0.0')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)))
  const bytes = files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)
  assert.ok(bytes < 15 * 2 ** 20, `${bytes} bytes`)
})
