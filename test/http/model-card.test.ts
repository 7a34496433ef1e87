import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { buildHttp } from './build-http.js'
import { createTinyServices } from './tiny-services.js'

const URL = '/v1/models/tiny/card'
const PNG = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#fff' } })
  .png()
  .toBuffer()

const HOSTILE = `# Ha <script>alert(1)</script>

<img src=x onerror=alert(2)> <style>*{display:none}</style>

[run](javascript:alert(3)) [data](data:text/html,x) [file](file:///etc/passwd) [web](https://example.org "t")
[sneaky](JaVaScRiPt&colon;alert(4)) <javascript:alert(5)> [entity](&#106;avascript:alert(6))

![curve](loss.png) ![up](../secret.png) ![far](https://example.org/x.png) ![text](notes.png)

| a | b |
| --- | ---: |
| 1 | 2 |
`

async function hostilePage(t: Parameters<typeof buildHttp>[0]) {
  const asked: string[] = []
  const { catalogue } = createTinyServices()
  const picture = (name: string) => {
    asked.push(name)
    const bytes = name === 'loss.png' ? PNG : name === 'notes.png' ? Buffer.from('<svg/>') : undefined
    return Promise.resolve(bytes)
  }
  const card = async (reference: string) => ({ ...(await catalogue.card(reference)), markdown: HOSTILE, picture })
  const { app } = await buildHttp(t, { services: { catalogue: { ...catalogue, card } } })
  return { app, asked }
}

test('a card that somebody else wrote runs nothing, loads nothing and links to the web only', async (t) => {
  const { app, asked } = await hostilePage(t)
  const reply = await app.inject({ url: URL, headers: { accept: 'text/html,*/*;q=0.1' } })
  assert.equal(reply.statusCode, 200, reply.body)
  assert.equal(reply.headers['content-type'], 'text/html; charset=utf-8')
  assert.equal(reply.headers['x-content-type-options'], 'nosniff')
  const policy = String(reply.headers['content-security-policy'])
  assert.match(policy, /^default-src 'none'; style-src 'sha256-[\w+/]+=*';/)
  assert.doesNotMatch(policy, /unsafe|script-src|\*/)
  const tags = [...reply.body.matchAll(/<([a-z]\w*)([^>]*)>/g)]
  const names = new Set(tags.map(([, name]) => name))
  for (const name of ['script', 'iframe', 'object', 'form', 'svg', 'base']) assert.ok(!names.has(name), name)
  assert.equal(tags.filter(([, name]) => name === 'style').length, 1, 'our own style only')
  for (const [tag, , attributes = ''] of tags) assert.doesNotMatch(attributes, /\s(on\w+|style)=/, tag)
  const targets = tags.flatMap(([, , attributes = '']) => [...attributes.matchAll(/(?:href|src)="([^"]*)"/g)])
  const [link, image, ...others] = targets.map(([, target = '']) => target)
  assert.deepEqual([link, others], ['https://example.org', []])
  assert.equal(image, `data:image/png;base64,${PNG.toString('base64')}`)
  // The store knows names of files only and refuses the first.
  assert.deepEqual(asked.sort(), ['https://example.org/x.png', 'loss.png', 'notes.png'])
})

test('the style that the page has is the one that its policy names, and no other', async (t) => {
  const { app } = await buildHttp(t)
  const { body, headers } = await app.inject(URL)
  const [, style = ''] = /<style>([^]*?)<\/style>/.exec(body) ?? []
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(style))).toString('base64')
  assert.ok(String(headers['content-security-policy']).includes(`'sha256-${digest}'`))
})

test('it comes as Markdown too, as it was written; other types and other models are refused', async (t) => {
  const { app } = await hostilePage(t)
  const plain = await app.inject({ url: URL, headers: { accept: 'text/markdown' } })
  assert.equal(plain.headers['content-type'], 'text/markdown; charset=utf-8')
  assert.equal(plain.body, HOSTILE)
  const json = await app.inject({ url: URL, headers: { accept: 'application/json' } })
  assert.equal(json.statusCode, 406)
  assert.equal((await app.inject('/v1/models/other/card')).statusCode, 404)
})
