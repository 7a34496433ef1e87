import { test } from 'node:test'
import { embeddedFolder } from '../state/kinds.js'
import { temporaryFolder } from '../folder.js'
import { freshDatabase, noPostgres } from '../state/postgres.js'
import { crashDrill } from './job-drill.js'

const title = (kind: string): string =>
  `kill -9 of everything with 20 queued and 2 running jobs, with ${kind}: after the restart all 22 end, once, with the same bytes`

test(title('the embedded database'), async (t) => {
  await crashDrill(t, { DATA_DIR: await embeddedFolder() })
})

test(title('a server'), { skip: noPostgres ?? false }, async (t) => {
  await crashDrill(t, { DATA_DIR: temporaryFolder(), DATABASE_URL: await freshDatabase(t), JOB_LEASE_MS: '6000' })
})
