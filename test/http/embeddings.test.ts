import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildHttp } from './build-http.js'
import { TINY_DIGEST, tinyVector } from './tiny-services.js'

const floats = (vector: Float32Array): number[] => Array.from(vector)

test('a text becomes a vector in the shape of OpenAI', async (t) => {
  const { app } = await buildHttp(t)
  const reply = await app.inject({
    method: 'POST',
    url: '/v1/embeddings',
    payload: { input: 'abc', model: 'tiny', user: 'u' },
  })
  assert.equal(reply.statusCode, 200, reply.body)
  assert.deepEqual(reply.json(), {
    object: 'list',
    data: [{ object: 'embedding', index: 0, kind: 'text', embedding: floats(tinyVector('abc')) }],
    model: 'tiny@1.0.0',
    usage: { prompt_tokens: 3, total_tokens: 3, truncated_texts: 0 },
  })
  assert.equal(reply.headers['x-model-digest'], TINY_DIGEST)
  assert.equal(
    reply.headers['server-timing'],
    'decode;dur=1.0, prepare;dur=2.0, queue;dur=3.0, run;dur=4.3, finish;dur=0.5',
  )
})
