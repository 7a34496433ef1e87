/** Our C-STORE SCP on a free port of this machine, with what it took. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import type { ReceivedInstance, StoreScpOptions } from '../../../src/hospital/dimse/dimse.js'
import { startStoreScp } from '../../../src/hospital/dimse/store-scp.js'
import { silentLog, silentMeter } from '../../../src/ports.js'
import { temporaryFolder } from '../../folder.js'

export interface Taken extends ReceivedInstance {
  readonly content: Buffer
}

export async function startScp(t: TestContext, other: Partial<StoreScpOptions> = {}) {
  const spoolDir = temporaryFolder('spool')
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
      const content = readFileSync(instance.file)
      assert.deepEqual(instance.bytes, content)
      assert.equal(instance.sha256, createHash('sha256').update(content).digest('hex'))
      taken.push({ ...instance, content })
      return Promise.resolve('stored')
    },
    log: { ...silentLog, warn: ({ reason }) => void reasons.push(reason) },
    meter: { ...silentMeter, count: (name, { outcome } = {}) => void outcomes.push(`${name} ${outcome}`) },
    ...other,
  })
  t.after(() => scp.close())
  return { ...scp, taken, outcomes, reasons, spooled: () => readdirSync(spoolDir) }
}
