import assert from 'node:assert/strict'
import { test } from 'node:test'
import supertest from 'supertest'
import { film, startService } from './service.js'

/** No image at all: who looks at it before the limits answers 415. */
const NO_IMAGE = { data: 'AQID' }

interface Problem {
  readonly code: string
  readonly limit?: string
  readonly detail: string
}

test('prompts made from labels, and maps of a named set, are counted before any work is done', async (t) => {
  const { url, service } = await startService(t, { MAX_TEXTS: '30', MAX_MAPS: '4', MAX_MAP_PICTURES: '3' })
  const post = (body: object) => supertest(url).post('/v1/classifications').send(body)
  const executions = (): number => service.engine.statistics('tiny-clip@1.0.0').executionCount
  const before = executions()
  const labels = ['pneumonia', 'edema', 'effusion']
  const table: [string, object, string][] = [
    ['36 prompts of 3 labels', { image: NO_IMAGE, labels }, 'MAX_TEXTS'],
    ['maps of 5 classes', { image: NO_IMAGE, label_set: 'chexpert-5x-frozen', maps: true }, 'MAX_MAPS'],
    [
      'pictures of 5 classes',
      { image: NO_IMAGE, label_set: 'chexpert-5x-frozen', maps: true, map_format: 'png' },
      'MAX_MAP_PICTURES',
    ],
    [
      'maps of 2 labels of 3 images',
      { images: [NO_IMAGE, NO_IMAGE, NO_IMAGE], labels: ['a', 'b'], maps: true },
      'MAX_MAPS',
    ],
  ]
  for (const [name, body, limit] of table) {
    const reply = await post(body).expect('content-type', 'application/problem+json')
    const problem = reply.body as Problem
    assert.deepEqual([reply.status, problem.code, problem.limit], [413, 'too_large', limit], name)
  }
  assert.equal(executions(), before, 'nothing ran')
  await post({ image: { data: film().toString('base64') }, labels: labels.slice(0, 2), maps: true }).expect(200)
})
