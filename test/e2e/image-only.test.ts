/** A pack with an image tower alone, served: its manifest has neither `text` nor a text tower. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { film, plantStore, postJson, startService } from './service.js'

const LEFT_OUT = ['text', 'text_post', 'zero_shot', 'maps', 'prototypes']

interface Manifest extends Record<string, unknown> {
  readonly components: Readonly<Record<string, unknown>>
  readonly goldens: readonly { readonly kind: string }[]
}

/** Both packs have the same image graph. */
function plantImageOnly(store: string): void {
  const path = join(store, 'image-only', '1.0.0', 'model.json')
  const { components, goldens, ...manifest } = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  const rest = Object.fromEntries(Object.entries(manifest).filter(([section]) => !LEFT_OUT.includes(section)))
  const alone = {
    ...rest,
    tasks: ['embeddings'],
    components: { image_encoder: components['image_encoder'] },
    score: { scale: 1, global: 'cosine', combine: { kind: 'none' }, pairwise: false },
    goldens: goldens.filter(({ kind }) => kind === 'image'),
  }
  writeFileSync(path, JSON.stringify(alone))
}

interface Embeddings {
  readonly data: readonly { readonly embedding: readonly number[] }[]
}

test('an image tower alone embeds films, and says that it reads no texts', async (t) => {
  const store = plantStore(['both', 'image-only'])
  plantImageOnly(store)
  const { url } = await startService(t, { MODEL_STORE: store, DEFAULT_MODELS: 'image-only' })
  const input = [{ image: { data: film().toString('base64') } }]
  const embed = (body: object): Promise<Response> => postJson(`${url}/v1/embeddings`, body)

  const [own, both] = await Promise.all(
    ['image-only', 'both'].map(async (model) => {
      const reply = await embed({ model, input })
      assert.equal(reply.status, 200, await reply.clone().text())
      return ((await reply.json()) as Embeddings).data[0]!.embedding
    }),
  )
  assert.deepEqual(own, both)

  const text = await embed({ model: 'image-only', input: ['pneumonia'] })
  const problem = (await text.json()) as { readonly detail?: string }
  assert.equal(text.status, 400, JSON.stringify(problem))
  assert.match(problem.detail ?? '', /reads no texts/)

  const labels = await postJson(`${url}/v1/classifications`, {
    model: 'image-only',
    images: input.map(({ image }) => image),
  })
  assert.match(JSON.stringify(await labels.json()), /does not do classifications/)
})
