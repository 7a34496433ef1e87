import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { OPENAPI_FILE, openApiText } from '../../openapi/generate.js'
import { PROBLEM_STATUS, PROBLEM_TITLES } from '../../src/http/problem.js'
import { buildHttp } from './build-http.js'

test('docs/errors.md holds every code with its status and title, and nothing else', () => {
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\d+) \| (.+?) \| (.+?) \|$/gm)]
  const documented = Object.fromEntries(
    rows.map(([, code = '', status, title]) => [code, { status: Number(status), title }]),
  )
  const known = Object.entries(PROBLEM_STATUS).map(([code, status]) => [
    code,
    { status, title: PROBLEM_TITLES[code as keyof typeof PROBLEM_TITLES] },
  ])
  assert.deepEqual(documented, Object.fromEntries(known))
})

test('openapi.json is what the routes say; run `npm run openapi` when this fails', async () => {
  assert.equal(readFileSync(OPENAPI_FILE, 'utf8'), await openApiText())
})

test('every operation has a summary, a tag and an error, and no keyword of ours is left', async (t) => {
  const { app } = await buildHttp(t)
  const reply = await app.inject('/openapi.json')
  const document = reply.json<{
    openapi: string
    paths: Record<string, Record<string, { summary?: string; tags?: string[]; responses: object }>>
  }>()
  assert.equal(document.openapi, '3.1.0')
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const name = `${method} ${path}`
      assert.ok(operation.summary, name)
      assert.equal(operation.tags?.length, 1, name)
      assert.ok('default' in operation.responses, name)
    }
  }
  assert.doesNotMatch(reply.body, /x-internal|x-must/)
  assert.ok(Object.keys(document.paths).length > 20)
})

test('the reader of the document loads nothing from elsewhere', async (t) => {
  const { app } = await buildHttp(t)
  for (const path of ['/docs/', '/docs/static/swagger-initializer.js', '/docs/static/index.css']) {
    const reply = await app.inject(path)
    assert.equal(reply.statusCode, 200, path)
    assert.doesNotMatch(reply.body, /(src|href|url)\s*[=:(]\s*["']?https?:/i, path)
  }
  assert.equal((await app.inject('/')).statusCode, 404, 'there is no playground where none was built')
})
