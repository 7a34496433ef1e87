/** From STOW-RS in to STOW-RS out, with the whole service, a real database and a server of the test that keeps what it is sent. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { readFilmUids } from '../../src/imaging/dicom/film-uids.js'
import { missingTools, validationErrors } from '../hospital/validators.js'
import { filmOf, hospitalFile, intakeClient, SEG, SR } from '../intake/hospital.js'
import { startPacs, type Pacs } from '../intake/pacs.js'
import { jobsEnvironment } from './job-client.js'
import { until } from './server.js'
import { startService } from './service.js'

const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4'
const COMPREHENSIVE_3D_SR = '1.2.840.10008.5.1.4.1.1.88.34'
const QUICK = { quiet_ms: 50, retry_first_ms: 20, retry_longest_ms: 50 }

async function startHospital(t: TestContext, pacs: Pacs, sections: object) {
  const file = hospitalFile({
    servers: { pacs: { url: pacs.url } },
    destinations: { archive: { stow: 'pacs' } },
    intake: QUICK,
    ...sections,
  })
  const environment = { ...(await jobsEnvironment(t)), DEFAULT_MODELS: 'tiny-clip,tiny-halves', HOSPITAL_CONFIG: file }
  const running = await startService(t, environment)
  return { ...running, client: intakeClient(running.url) }
}

const sopClasses = (pacs: Pacs): (string | undefined)[] =>
  pacs.objects.map(({ bytes }) => readFilmUids(bytes)?.sopClass).sort()

test(
  'a film that comes in by STOW-RS is answered with a SEG and an SR in the PACS, once',
  { skip: missingTools },
  async (t) => {
    const pacs = await startPacs(t)
    const rules = [{ name: 'chest', when: { modality: ['CR', 'DX'], body_part: 'chest' }, tasks: [SEG, SR] }]
    const { client, logLines, url } = await startHospital(t, pacs, { rules })
    const film = filmOf(1, 1)
    const stored = await client.stow([film])
    assert.equal(stored.status, 200)
    assert.equal(stored.headers.get('content-type'), 'application/dicom+json')
    const reply = (await stored.json()) as Record<string, { Value: Record<string, { Value: string[] }>[] }>
    assert.equal(reply['00081199']?.Value[0]?.['00081155']?.Value[0], '2.25.91.1')

    const study = await client.ended(1)
    assert.equal(study.state, 'done', JSON.stringify(study))
    assert.deepEqual(
      study.tasks.map(({ name, state }) => [name, state]),
      [
        ['seg', 'done'],
        ['sr', 'done'],
      ],
    )
    assert.deepEqual(sopClasses(pacs), [SEGMENTATION, COMPREHENSIVE_3D_SR])
    for (const { bytes } of pacs.objects) {
      assert.deepEqual(validationErrors(bytes), [])
      assert.equal(readFilmUids(bytes)?.study, '2.25.71')
    }
    // The same film again is accepted, and nothing new comes of it; another under its UID is refused.
    assert.equal((await client.stow([film])).status, 200)
    const other = await client.stow([filmOf(1, 1, { '00102180': ['SH', 'other'] })])
    assert.equal(other.status, 409)
    const refused = (await other.json()) as Record<string, { Value: Record<string, { Value: number[] }>[] }>
    assert.equal(refused['00081198']?.Value[0]?.['00081197']?.Value[0], 0xa900)
    // A second film of the study comes late: a revision of its own, of which nothing of the first is done again.
    assert.equal((await client.stow([filmOf(1, 2)], '/dicomweb/studies/2.25.71')).status, 200)
    const late = await client.ended(2)
    assert.deepEqual([late.revision, late.state, late.films, pacs.objects.length], [2, 'done', 1, 4])
    assert.equal(new Set(pacs.objects.map(({ uid }) => uid)).size, 4)
    const everything = logLines.join('') + (await (await fetch(`${url}/metrics`)).text()) + JSON.stringify(late)
    assert.doesNotMatch(everything, /pl.nted|2\.25\.\d/i)
  },
)

test('what STOW-RS does not take is refused in words of the standard', async (t) => {
  const pacs = await startPacs(t)
  const { client, url } = await startHospital(t, pacs, { rules: [{ name: 'all', tasks: [SR] }] })
  const sr = filmOf(2, 1, { '00080016': ['UI', COMPREHENSIVE_3D_SR] })
  const reasons = async (reply: Response): Promise<number[]> => {
    const body = (await reply.json()) as Record<string, { Value: Record<string, { Value: number[] }>[] }>
    return (body['00081198']?.Value ?? []).map((item) => item['00081197']!.Value[0]!)
  }
  const mixed = await client.stow([filmOf(2, 2), sr, Buffer.from('no film at all')])
  assert.equal(mixed.status, 202)
  assert.deepEqual(await reasons(mixed), [0x0122, 0xc000])
  const stray = await client.stow([filmOf(3, 1)], '/dicomweb/studies/2.25.72')
  assert.deepEqual([stray.status, await reasons(stray)], [409, [0xa900]])
  const send = (type: string, body: string | Buffer) =>
    fetch(`${url}/dicomweb/studies`, { method: 'POST', headers: { 'content-type': type }, body })
  assert.equal((await send('application/dicom', filmOf(6, 1))).status, 200)
  assert.equal((await send('application/json', '{}')).status, 415)
  assert.equal((await send('multipart/related; type="application/dicom+json"; boundary=B', '--B--')).status, 415)
  assert.equal((await send('multipart/related; type="application/dicom"; boundary=B', '--B\r\n\r\ncut')).status, 400)
  await client.ended(2)
})

test('a PACS that is away delays nothing but the delivery; one that refuses makes a dead letter that can be sent again', async (t) => {
  const pacs = await startPacs(t)
  const { client, url } = await startHospital(t, pacs, { rules: [{ name: 'all', tasks: [SEG] }] })
  pacs.health = 'ill'
  assert.equal((await client.stow([filmOf(4, 1)])).status, 200)
  await pacs.asked(3)
  const [waiting] = await client.deliveries('?state=waiting')
  assert.match(waiting!.code ?? '', /503/)
  assert.equal((await fetch(`${url}/health/ready`)).status, 200)
  pacs.health = 'well'
  assert.equal((await client.ended(1)).state, 'done')
  assert.equal(pacs.objects.length, 1)

  pacs.health = 'refusing'
  assert.equal((await client.stow([filmOf(5, 1)])).status, 200)
  const failed = await client.ended(2)
  assert.equal(failed.state, 'failed')
  const [dead] = await client.deliveries('?state=dead')
  assert.deepEqual([dead?.state, dead?.code, dead?.attempts], ['dead', 'status A900', 1])
  const conflict = await fetch(`${url}/v1/deliveries/${waiting!.id}/replay`, { method: 'POST' })
  assert.equal(conflict.status, 409)
  pacs.health = 'well'
  assert.equal((await client.replay(dead!.id)).state, 'waiting')
  await pacs.received(2)
  assert.equal((await client.ended(2)).state, 'done')

  pacs.health = 'refusing'
  await client.stow([filmOf(6, 1)])
  await client.ended(3)
  const [again] = await client.deliveries('?state=dead')
  assert.equal((await client.drop(again!.id)).state, 'dropped')
  const given = await client.ended(3)
  assert.deepEqual([given.state, given.deliveries[0]?.state], ['done', 'dropped'])
})

test('an unfit film ends its task with the reason and is delivered nothing; a film that no rule is for is done', async (t) => {
  const pacs = await startPacs(t)
  const rules = [{ name: 'chest', when: { description: '*thorax*' }, tasks: [SEG, SR] }]
  const { client } = await startHospital(t, pacs, { rules })
  const hand = filmOf(7, 1, { '00180015': ['CS', 'HAND'], '00081030': ['LO', 'Thorax p.a.'] })
  await client.stow([hand])
  const unfit = await client.ended(1)
  assert.deepEqual([unfit.state, unfit.deliveries], ['done', []])
  for (const { state, code, reason } of unfit.tasks)
    assert.deepEqual([state, code, reason], ['unfit', 'image_unfit', 'body_part'])
  await client.stow([filmOf(8, 1)])
  const idle = await client.ended(2)
  assert.deepEqual([idle.state, idle.tasks, pacs.requests], ['done', [], 0])
})

test('shadow mode: results are kept to be looked at and go nowhere; films go when the study is done', async (t) => {
  const pacs = await startPacs(t)
  const json = { ...SR, name: 'json', accept: 'application/json', to: [] }
  const rules = [{ name: 'trial', shadow: true, tasks: [SEG, json] }]
  const { client, url, service } = await startHospital(t, pacs, { rules })
  await client.stow([filmOf(9, 1)])
  const { id, tasks, deliveries } = await client.ended(1)
  assert.deepEqual([deliveries, pacs.requests], [[], 0])
  const [seg, scores] = await Promise.all(tasks.map((task) => fetch(`${url}/v1/studies/${id}/tasks/${task.id}/result`)))
  assert.equal(seg!.headers.get('content-type'), 'application/dicom')
  assert.equal(readFilmUids(Buffer.from(await seg!.arrayBuffer()))?.sopClass, SEGMENTATION)
  assert.equal(((await scores!.json()) as { object: string }).object, 'list')
  const digests = await service.state.database.query<{ blob_digest: string }>(
    'select blob_digest from radserve.intake_films',
  )
  await until('the film is gone', 20_000, async () => (await client.study(id)).cleared)
  await until(
    'its bytes are gone',
    5_000,
    async () => (await service.state.intake.get(digests[0]!.blob_digest)) === undefined,
  )
  const still = await fetch(`${url}/v1/studies/${id}/tasks/${tasks[0]!.id}/result`)
  assert.equal(still.status, 200)
})
