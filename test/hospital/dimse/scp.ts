/** Our C-STORE SCP on a free port of this machine, with what it took. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ReceivedInstance, StoreScpOptions } from '../../../src/hospital/dimse/dimse.js'
import { startStoreScp } from '../../../src/hospital/dimse/store-scp.js'
import { silentLog, silentMeter } from '../../../src/ports.js'

export interface Taken extends ReceivedInstance {
  readonly content: Buffer
}

export async function startScp(t: TestContext, other: Partial<StoreScpOptions> = {}) {
  const spoolDir = mkdtempSync(join(tmpdir(), 'radserve-spool-'))
  const taken: Taken[] = []
  const outcomes: string[] = []
  const reasons: unknown[] = []
  const scp = await startStoreScp({
    host: '127.0.0.1',
    port: 0,
    aeTitle: 'RADSERVE',
    peers: [{ aeTitle: 'SENDER', address: '127.0.0.1' }, { aeTitle: 'TESTPACS' }],
    maxAssociations: 4,
    maxObjectBytes: 32 << 20,
    idleTimeoutMs: 10_000,
    spoolDir,
    accept: (instance) => {
      taken.push({ ...instance, content: readFileSync(instance.file) })
      return Promise.resolve('stored')
    },
    log: { ...silentLog, warn: ({ reason }) => void reasons.push(reason) },
    meter: { ...silentMeter, count: (name, { outcome } = {}) => void outcomes.push(`${name} ${outcome}`) },
    ...other,
  })
  t.after(async () => {
    await scp.close()
    rmSync(spoolDir, { recursive: true })
  })
  return { ...scp, taken, outcomes, reasons, spooled: () => readdirSync(spoolDir) }
}
