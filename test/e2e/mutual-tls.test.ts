import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { test } from 'node:test'
import { makeCertificates, type Certificates } from './certificates.js'
import { startService } from './service.js'

interface Reply {
  readonly status: number
  readonly body: string
}

function ask(
  url: string,
  path: string,
  { file }: Certificates,
  client?: string,
  headers: Record<string, string> = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const own =
      client === undefined
        ? {}
        : { cert: readFileSync(file(`${client}.pem`)), key: readFileSync(file(`${client}.key`)) }
    const options = { ca: readFileSync(file('hospital.pem')), ...own, agent: false, headers }
    const call = request(`${url}${path}`, options, (reply) => {
      let body = ''
      reply.setEncoding('utf8').on('data', (text: string) => (body += text))
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body }))
    })
    call.on('error', reject).end()
  })
}

function environmentOf(certificates: Certificates, entries: object[], mode: string): Record<string, string> {
  const { file } = certificates
  writeFileSync(file('clients.json'), JSON.stringify({ certificates: entries }))
  return {
    ...{
      TLS_CERT_FILE: file('server.pem'),
      TLS_KEY_FILE: file('server.key'),
      TLS_CLIENT_CA_FILE: file('hospital.pem'),
    },
    ...{
      CLIENT_CERTIFICATES_FILE: file('clients.json'),
      TLS_CLIENT_CERTIFICATES: mode,
      AUDIT: 'off',
      DEFAULT_MODELS: '',
    },
  }
}

const PACS = { name: 'pacs', subject: { O: 'Hospital', CN: 'pacs' }, scopes: ['models:read'] }

test('a certificate of the authority whose subject is known is a caller; others are told why they are none', async (t) => {
  const certificates = makeCertificates()
  const { url } = await startService(t, environmentOf(certificates, [PACS], 'optional'))
  const status = async (path: string, client?: string) => (await ask(url, path, certificates, client)).status
  assert.match(url, /^https:/)
  assert.equal(await status('/v1/models', 'pacs'), 200)
  assert.equal(await status('/metrics', 'pacs'), 403)
  assert.equal(await status('/v1/models', 'printer'), 401)
  assert.equal(await status('/v1/models'), 401)
  const impostor = await ask(url, '/v1/models', certificates, 'impostor')
  assert.equal(impostor.status, 401)
  assert.match(impostor.body, /of no authority/)
  assert.equal(await status('/health/live', 'impostor'), 200)
  assert.equal(
    (await ask(url, '/v1/models', certificates, 'pacs', { 'x-api-key': 'wrong' })).status,
    401,
    'a wrong key is not made good',
  )
})

test('where certificates are required, nobody without one is spoken to; a fingerprint names one too', async (t) => {
  const certificates = makeCertificates()
  const { raw } = new X509Certificate(readFileSync(certificates.file('printer.pem')))
  const sha256 = createHash('sha256').update(raw).digest('hex')
  const printer = { name: 'printer', sha256, scopes: ['admin'] }
  const { url } = await startService(t, environmentOf(certificates, [PACS, printer], 'required'))
  assert.equal((await ask(url, '/metrics', certificates, 'printer')).status, 200)
  await assert.rejects(ask(url, '/health/live', certificates))
  await assert.rejects(ask(url, '/health/live', certificates, 'impostor'))
})
