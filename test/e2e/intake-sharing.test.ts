import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../folder.js'
import { filmOf, hospitalFile, intakeClient, SEG, SR } from '../intake/hospital.js'
import { startPacs } from '../intake/pacs.js'
import { freshDatabase, noPostgres } from '../state/postgres.js'
import { urlOf } from './job-drill.js'
import { startServer, type Server } from './server.js'
import { PACKS } from './service.js'

const STUDIES = 6
const FILMS = 2
/** A SEG and an SR of each film. */
const RESULTS = STUDIES * FILMS * 2

test(
  'two processes share what comes in: films of one study go to both, some to both at once, and each is answered once',
  { skip: noPostgres ?? false },
  async (t) => {
    const pacs = await startPacs(t)
    const file = hospitalFile({
      servers: { pacs: { url: pacs.url } },
      destinations: { archive: { stow: 'pacs' } },
      // Long beside the time that sending them takes, so that no study is found quiet between its films.
      intake: { quiet_ms: 3_000 },
      rules: [{ name: 'chest', tasks: [SEG, SR] }],
    })
    const environment = {
      ...{ DATA_DIR: temporaryFolder(), DATABASE_URL: await freshDatabase(t), HOSPITAL_CONFIG: file },
      ...{ LANES: '1', DEFAULT_MODELS: 'tiny-clip,tiny-halves' },
    }
    const both = await Promise.all([startServer(t, PACKS, environment), startServer(t, PACKS, environment)])
    const clients = both.map((server) => intakeClient(urlOf(server)))
    const sent = Array.from({ length: STUDIES * FILMS }, async (_, at) => {
      const film = filmOf(1 + Math.floor(at / FILMS), 1 + (at % FILMS))
      const receivers = at % 3 === 0 ? clients : [clients[at % 2]!]
      for (const { status } of await Promise.all(receivers.map((client) => client.stow([film]))))
        assert.equal(status, 200)
    })
    await Promise.all(sent)
    await clients[0]!.ended(STUDIES, 90_000)
    const studies = await clients[1]!.studies()
    assert.deepEqual(
      studies.map(({ state, films }) => [state, films]),
      Array.from({ length: STUDIES }, () => ['done', FILMS]),
    )
    assert.equal(pacs.objects.length, RESULTS)
    assert.equal(new Set(pacs.objects.map(({ uid }) => uid)).size, RESULTS)
    const films = await Promise.all(both.map((server) => countOf(server, 'radserve_intake_films_total')))
    assert.ok(films.every((count) => count > 0))
    const delivered = await Promise.all(both.map((server) => countOf(server, 'radserve_intake_deliveries_total')))
    assert.equal(delivered[0]! + delivered[1]!, RESULTS)
    t.diagnostic(`delivered by one ${delivered[0]}, by the other ${delivered[1]}`)
  },
)

async function countOf(server: Server, name: string): Promise<number> {
  const { body } = await server.ask('/metrics')
  const lines = body.split('\n').filter((line) => line.startsWith(`${name}{`))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}
