import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { addPage } from '../../src/http/routes/page.js'
import { buildHttp } from './build-http.js'
import { temporaryFolder } from '../folder.js'

const HTML = '<!doctype html><title>page</title>'
const SCRIPT = 'export {}'

/** As `npm run build` lays it out. */
function builtPage(): string {
  const folder = temporaryFolder('page')
  mkdirSync(join(folder, 'page'))
  writeFileSync(join(folder, 'index.html'), HTML)
  writeFileSync(join(folder, 'page/index-CyUDs2Mt.js'), SCRIPT)
  writeFileSync(join(folder, 'page/index-CyUDs2Mt.js.gz'), gzipSync(SCRIPT))
  writeFileSync(join(folder, 'page/icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  return folder
}

function buildPage(t: TestContext) {
  const folder = builtPage()
  return buildHttp(t, { routes: (app) => void addPage(app, folder) })
}

test('the page is served to anybody, and may run nothing but its own files', async (t) => {
  const { app } = await buildPage(t)
  const reply = await app.inject('/')
  assert.equal(reply.statusCode, 200)
  assert.equal(reply.body, HTML)
  assert.match(String(reply.headers['content-type']), /^text\/html/)
  const policy = String(reply.headers['content-security-policy'])
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /frame-ancestors 'none'/)
  assert.doesNotMatch(policy, /unsafe|https?:|\*/)
  assert.equal(reply.headers['x-content-type-options'], 'nosniff')
  assert.equal(reply.headers['cache-control'], 'no-cache')
})

test('files with the hash of their bytes are kept for ever, others are asked for again', async (t) => {
  const { app } = await buildPage(t)
  const script = await app.inject('/page/index-CyUDs2Mt.js')
  assert.equal(script.body, SCRIPT)
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable')
  const icon = await app.inject('/page/icon.svg')
  assert.equal(icon.headers['cache-control'], 'no-cache')
  assert.match(String(icon.headers['content-security-policy']), /default-src 'none'/)
  const known = await app.inject({
    url: '/',
    headers: { 'if-none-match': String((await app.inject('/')).headers.etag) },
  })
  assert.equal(known.statusCode, 304)
})

test('what was compressed at the build is sent as it is', async (t) => {
  const { app } = await buildPage(t)
  const script = await app.inject({ url: '/page/index-CyUDs2Mt.js', headers: { 'accept-encoding': 'gzip' } })
  assert.equal(script.headers['content-encoding'], 'gzip')
  assert.deepEqual(script.rawPayload, gzipSync(SCRIPT))
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable')
  assert.match(String(script.headers['content-type']), /javascript/)
})

test('what is no file of the page is no route, and its folder is not left', async (t) => {
  const { app } = await buildPage(t)
  for (const path of [
    '/page/missing.js',
    '/page/',
    '/page/../../package.json',
    '/page/%2e%2e/%2e%2e/package.json',
    '/x',
  ])
    assert.equal((await app.inject(path)).statusCode, 404, path)
  const post = await app.inject({ method: 'POST', url: '/nothing' })
  assert.equal(post.statusCode, 404, 'an unknown path is still unknown')
})
