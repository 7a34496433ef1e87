import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { StudyReply } from '../../src/http/schemas/intake.js'
import { readFilmUids } from '../../src/imaging/dicom/film-uids.js'
import { filmOf, hospitalFile, intakeClient, SEG, SR } from '../intake/hospital.js'
import { startPacs } from '../intake/pacs.js'
import { embeddedFolder } from '../state/kinds.js'
import { temporaryFolder } from '../folder.js'
import { freshDatabase, noPostgres } from '../state/postgres.js'
import { killAll, urlOf } from './job-drill.js'
import { startServer, until } from './server.js'
import { PACKS } from './service.js'

const STUDIES = 3
const FILMS = 2
/** A SEG and an SR of each film. */
const RESULTS = STUDIES * FILMS * 2

const title = (kind: string): string =>
  `kill -9 of everything with films that were just received, with running tasks, with half-done deliveries, with ${kind}: every film is answered, once`

test(title('the embedded database'), async (t) => {
  await intakeDrill(t, { DATA_DIR: await embeddedFolder() })
})

test(title('a server'), { skip: noPostgres ?? false }, async (t) => {
  await intakeDrill(t, { DATA_DIR: temporaryFolder(), DATABASE_URL: await freshDatabase(t), JOB_LEASE_MS: '2000' })
})

async function intakeDrill(t: TestContext, given: Record<string, string>): Promise<void> {
  const pacs = await startPacs(t)
  const sections = {
    servers: { pacs: { url: pacs.url } },
    destinations: { archive: { stow: 'pacs' } },
    intake: { quiet_ms: 1_000, retry_first_ms: 20, retry_longest_ms: 50 },
    rules: [{ name: 'chest', tasks: [SEG, SR] }],
  }
  const environment = {
    ...given,
    ...{ HOSPITAL_CONFIG: hospitalFile(sections), LANES: '1', MAX_RUNNING_JOBS: '2' },
    DEFAULT_MODELS: 'tiny-clip,tiny-halves',
  }
  const start = async () => {
    const server = await startServer(t, PACKS, environment)
    return { server, client: intakeClient(urlOf(server)) }
  }
  const films = (study: number): Buffer[] => Array.from({ length: FILMS }, (_, at) => filmOf(study, at + 1))

  const first = await start()
  first.server.pauseLanes()
  for (let study = 1; study < STUDIES; study++) assert.equal((await first.client.stow(films(study))).status, 200)
  await until('tasks run', 30_000, async () => {
    const { body } = await first.server.ask('/v1/jobs?state=running')
    return (JSON.parse(body) as { data: unknown[] }).data.length === 2
  })
  assert.equal((await first.client.stow(films(STUDIES))).status, 200)
  await killAll(first.server)

  pacs.health = 'silent'
  const second = await start()
  await pacs.received(1)
  await killAll(second.server)

  pacs.health = 'well'
  const third = await start()
  // A slow machine may find a study quiet between two of its films: then it has two revisions.
  let studies: StudyReply[] = []
  await until('every film has its end', 90_000, async () => {
    studies = await third.client.studies()
    const films = studies.reduce((sum, study) => sum + study.films, 0)
    return films === STUDIES * FILMS && studies.every(({ state }) => state === 'done')
  })
  const details = await Promise.all(studies.map(({ id }) => third.client.study(id)))
  for (const { tasks, deliveries } of details) {
    assert.deepEqual(new Set(tasks.map((task) => task.state)), new Set(['done']))
    assert.deepEqual(new Set(deliveries.map((delivery) => delivery.state)), new Set(['delivered']))
  }
  // What was sent before the kill and not acknowledged comes a second time as the same object.
  const objects = new Map<string, Buffer>()
  for (const { uid, bytes } of pacs.objects) {
    assert.deepEqual(bytes, objects.get(uid) ?? bytes, 'an object that comes twice is the same one')
    objects.set(uid, bytes)
  }
  assert.equal(objects.size, RESULTS)
  const perStudy = [...objects.values()].map((bytes) => readFilmUids(bytes)?.study)
  for (let study = 1; study <= STUDIES; study++)
    assert.equal(perStudy.filter((uid) => uid === `2.25.7${study}`).length, FILMS * 2)
  // Sent again by a PACS that heard of no success, a film is not answered again.
  assert.equal((await third.client.stow(films(1))).status, 200)
  assert.equal((await third.client.studies()).length, studies.length)
  t.diagnostic(`${pacs.objects.length - RESULTS} objects came a second time`)
}
