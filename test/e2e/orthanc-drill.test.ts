/**
 * A real PACS and the service, each a process of its own: Orthanc sends films by C-STORE and gets SEG by STOW-RS and SR by C-STORE,
 * while it refuses, is away, and is slow, and while the service is killed in the middle.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { missingPacs, startOrthanc, type Orthanc } from '../hospital/orthanc.js'
import { filmOf, hospitalFile, intakeClient, SEG, SR } from '../intake/hospital.js'
import { startProxy } from '../intake/proxy.js'
import { freePort } from '../load/server-process.js'
import { embeddedFolder } from '../state/kinds.js'
import { temporaryFolder } from '../folder.js'
import { killAll, urlOf } from './job-drill.js'
import { startServer, until } from './server.js'
import { PACKS } from './service.js'

/** Puts a film into the PACS, which then sends it here; true when it was taken. */
async function sendFilm(pacs: Orthanc, film: Buffer): Promise<boolean> {
  const uploaded = await pacs.rest('/instances', { method: 'POST', body: new Uint8Array(film) })
  const { ID: id } = (await uploaded.json()) as { ID: string }
  return (await pacs.rest('/modalities/radserve/store', { method: 'POST', body: id })).status === 200
}

/** Modalities of what the PACS has of a study, sorted. */
async function modalitiesOf(pacs: Orthanc, study: number): Promise<string[]> {
  const body = JSON.stringify({
    ...{ Level: 'Instance', Expand: true, RequestedTags: ['Modality'] },
    Query: { StudyInstanceUID: `2.25.7${study}` },
  })
  const found = (await (await pacs.rest('/tools/find', { method: 'POST', body })).json()) as { ID: string }[]
  const modalities = found.map(async ({ ID: id }) => {
    const tags = (await (await pacs.rest(`/instances/${id}/simplified-tags`)).json()) as { Modality: string }
    return tags.Modality
  })
  return (await Promise.all(modalities)).sort()
}

test(
  'a PACS that refuses, is away and is slow, and a service that is killed: every film is answered once',
  { skip: missingPacs },
  async (t) => {
    const [pacs, scpPort] = await Promise.all([startOrthanc(t), freePort()])
    await pacs.addModality('radserve', 'RADSERVE', scpPort)
    const web = await startProxy(t, Number(new URL(pacs.httpUrl).port))
    const secret = join(temporaryFolder(), 'password')
    writeFileSync(secret, pacs.password)
    const sections = (calledAe: string) => ({
      servers: {
        web: {
          url: `http://127.0.0.1:${web.port}/dicom-web`,
          auth: { user: pacs.user, password_file: secret },
        },
      },
      aes: { dimse: { host: '127.0.0.1', port: pacs.dicomPort, called_ae: calledAe } },
      scp: { port: scpPort, ae_title: 'RADSERVE', peers: [{ ae_title: pacs.aeTitle, address: '127.0.0.1' }] },
      destinations: { web: { stow: 'web' }, dimse: { cstore: 'dimse' } },
      intake: { quiet_ms: 100, retry_first_ms: 50, retry_longest_ms: 200 },
      rules: [
        {
          name: 'chest',
          when: { source: 'cstore', calling_ae: pacs.aeTitle, modality: 'DX' },
          tasks: [
            { ...SEG, to: ['web'] },
            { ...SR, to: ['dimse'] },
          ],
        },
      ],
    })
    const file = hospitalFile(sections('ANOTHER'))
    const environment = {
      ...{ DATA_DIR: await embeddedFolder(), HOSPITAL_CONFIG: file, LANES: '1' },
      DEFAULT_MODELS: 'tiny-clip,tiny-halves',
    }
    const first = await startServer(t, PACKS, environment)
    const before = intakeClient(urlOf(first))

    // It refuses our calls, because we call it by a wrong name; the other way it takes what it is sent.
    assert.ok(await sendFilm(pacs, filmOf(1, 1)))
    const refused = await before.ended(1)
    assert.equal(refused.state, 'failed')
    assert.deepEqual(
      refused.tasks.map(({ state }) => state),
      ['done', 'done'],
    )
    assert.deepEqual(await modalitiesOf(pacs, 1), ['DX', 'SEG'])
    const [letter] = await before.deliveries('?state=dead')
    assert.equal(letter?.destination, 'dimse')

    // It is away, and the service is killed while it tries.
    web.cut()
    assert.ok(await sendFilm(pacs, filmOf(2, 1)))
    await until('the delivery was tried in vain', 60_000, async () => {
      const [waiting] = await before.deliveries('?state=waiting')
      return waiting !== undefined && waiting.attempts > 1 && (await before.deliveries('?state=dead')).length === 2
    })
    assert.equal((await first.ask('/health/ready')).status, 200)
    await killAll(first)

    writeFileSync(file, stringify(sections(pacs.aeTitle)))
    const stuck = web.hold()
    const second = await startServer(t, PACKS, environment)
    const after = intakeClient(urlOf(second))
    // It is slow: what it is sent is stuck on the way.
    await stuck
    for (const { id } of await after.deliveries('?state=dead')) await after.replay(id)
    await until(
      'the dead letters are delivered',
      60_000,
      async () => (await after.deliveries('?state=delivered')).length === 3,
    )
    assert.deepEqual(await modalitiesOf(pacs, 2), ['DX', 'SR'])
    web.release()
    const { state } = await after.ended(2)
    assert.equal(state, 'done')
    for (const study of [1, 2]) assert.deepEqual(await modalitiesOf(pacs, study), ['DX', 'SEG', 'SR'])

    // Sent again, a film is taken and nothing new comes of it.
    assert.ok(await sendFilm(pacs, filmOf(1, 1)))
    assert.equal((await after.studies()).length, 2)
    assert.deepEqual(await modalitiesOf(pacs, 1), ['DX', 'SEG', 'SR'])
    assert.doesNotMatch(first.log() + second.log(), /pl.nted|2\.25\.[789]/i)
  },
)
