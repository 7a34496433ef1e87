/** Results to an EHR (FHIR) and a RIS (HL7 v2 over MLLP), both of which take them at the second attempt only. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Bundle } from '../../src/hospital/fhir/resources.js'
import { acknowledgement, startReceiver } from '../hospital/mllp-receiver.js'
import { filmOf, hospitalFile, intakeClient, SR } from '../intake/hospital.js'
import { temporaryFolder } from '../folder.js'
import { jobsEnvironment } from './job-client.js'
import { startService } from './service.js'

async function startEhr(t: TestContext) {
  const pushed: { ifNoneExist: string | undefined; bundle: Bundle & { identifier: { value: string } } }[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks).toString()
      if (request.url === '/token') {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ access_token: 'a-token', token_type: 'bearer', expires_in: 300 }))
        return
      }
      const ifNoneExist = request.headers['if-none-exist']
      pushed.push({ ifNoneExist: ifNoneExist?.toString(), bundle: JSON.parse(body) as (typeof pushed)[0]['bundle'] })
      response.writeHead(pushed.length === 1 ? 503 : 201).end()
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pushed }
}

test('a result goes to an EHR as FHIR and to a RIS as HL7 v2, under names that stay the same', async (t) => {
  const ehr = await startEhr(t)
  const ris = await startReceiver(t, (message, at) => acknowledgement(at === 0 ? 'AR' : 'AA', message))
  const key = join(temporaryFolder(), 'key.pem')
  writeFileSync(
    key,
    generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  )
  const file = hospitalFile({
    destinations: {
      ehr: {
        fhir: {
          ...{ url: `${ehr.url}/fhir`, token_url: `${ehr.url}/token`, client_id: 'radserve' },
          ...{ key_file: key, key_id: 'k1', loopback_http: true },
        },
      },
      ris: { mllp: { host: '127.0.0.1', port: ris.port, receiving_application: 'RIS' } },
    },
    intake: { quiet_ms: 50, retry_first_ms: 20, retry_longest_ms: 50 },
    rules: [{ name: 'chest', tasks: [{ ...SR, accept: 'application/fhir+json', to: ['ehr', 'ris'] }] }],
  })
  const environment = { ...(await jobsEnvironment(t)), DEFAULT_MODELS: 'tiny-clip', HOSPITAL_CONFIG: file }
  const { url, logLines } = await startService(t, environment)
  const client = intakeClient(url)
  assert.equal((await client.stow([filmOf(1, 1)])).status, 200)
  const { state, deliveries } = await client.ended(1)
  assert.equal(state, 'done')
  assert.deepEqual(
    deliveries.map((delivery) => [delivery.destination, delivery.state, delivery.attempts]),
    [
      ['ehr', 'delivered', 2],
      ['ris', 'delivered', 2],
    ],
  )
  const [first, second] = ehr.pushed
  assert.deepEqual(first, second)
  assert.equal(first?.ifNoneExist, `identifier=urn:radserve:document|${deliveries[0]!.id}`)
  const labels = first.bundle.entry.flatMap(({ resource }) =>
    resource.resourceType === 'Observation' ? [resource.code.text] : [],
  )
  assert.deepEqual(new Set(labels), new Set(['Edema', 'Pneumonia']))

  assert.equal(ris.messages.length, 2)
  assert.equal(ris.messages[0], ris.messages[1])
  const segments = ris.messages[0]!.split('\r').map((line) => line.split('|'))
  const named = (name: string): string[][] => segments.filter(([first]) => first === name)
  assert.equal(named('MSH')[0]?.[4], 'RIS')
  assert.equal(named('MSH')[0]?.[9], deliveries[1]!.id.replaceAll('-', '').slice(0, 20))
  assert.equal(named('OBR')[0]?.[3], 'PLANTED-ACC')
  assert.equal(named('OBR')[0]?.[25], 'P')
  const findings = named('OBX').map((fields) => fields[3])
  for (const label of ['Edema', 'Pneumonia'])
    assert.ok(
      findings.some((code) => code?.toLowerCase().includes(label.toLowerCase())),
      label,
    )
  assert.ok(named('OBX').some((fields) => fields[5] === '2.25.71'))
  assert.doesNotMatch(logLines.join(''), /planted|2\.25\.7/i)
})
