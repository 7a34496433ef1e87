import { AppError } from '../../errors.js'
import type { AuditRecord, AuditTrail, Clock, Log, Meter } from '../../ports.js'
import type { Content } from './chain.js'
import { ownChain, type OwnedChain } from './chain-folder.js'
import { createDenials } from './denials.js'

/** Entries that wait for the disk; at half of it requests are refused, so that those under way find room. */
const MAX_QUEUE = 20_000
const MAX_BATCH = 1_000
/** Entries wait so long for others to share a write with. What was not written yet is lost with the process. */
const BATCH_MS = 50
const RETRY_MS = 500

export interface AuditOptions {
  readonly dataDir: string
  /** Of the chain, without its number. */
  readonly name: string
  /** Whether requests are refused while the log cannot be written. */
  readonly refuses: boolean
  readonly segmentBytes: number
  /** 0: for ever. */
  readonly retentionMs: number
  readonly log: Log
  readonly meter: Meter
  readonly clock: Clock
}

export interface KeptAuditTrail extends AuditTrail {
  /** Everything that was recorded before is on the disk, or cannot be. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** Throws what the file system throws where the log cannot be opened and must be. */
export async function openAudit(options: AuditOptions): Promise<KeptAuditTrail> {
  const { dataDir, name, refuses, log } = options
  const own = await ownChain(dataDir, name, log).catch((error: unknown) => {
    if (refuses) throw error
    log.error({ err: error }, 'the audit log cannot be opened')
    return undefined
  })
  return createTrail(options, own)
}

function createTrail(options: AuditOptions, opened: OwnedChain | undefined): KeptAuditTrail {
  const { dataDir, name, refuses, segmentBytes, retentionMs, log, meter, clock } = options
  const queue: Content[] = []
  const denials = createDenials(clock)
  let own = opened
  let isFailing = opened === undefined
  let dropped = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let isClosed = false

  const write = async (): Promise<void> => {
    own ??= await ownChain(dataDir, name, log)
    const { chain } = own
    while (queue.length > 0) {
      const batch = queue.slice(0, MAX_BATCH)
      const gap = dropped
      const lost = gap === 0 ? [] : [{ time: now(), event: 'gap' as const, dropped: gap }]
      await chain.append([...lost, ...batch])
      queue.splice(0, batch.length)
      dropped -= gap
      meter.count('radserve_audit_entries_total', { outcome: 'written' }, batch.length)
    }
    await chain.keep({ segmentBytes, retentionMs, nowMs: Date.now() })
    meter.gauge('radserve_audit_sequence', chain.head.seq)
  }
  const turn = async (): Promise<void> => {
    try {
      await write()
      if (isFailing) log.info({ queued: queue.length }, 'the audit log is written again')
      isFailing = false
    } catch (error) {
      if (!isFailing) log.error({ err: error }, 'the audit log cannot be written')
      isFailing = true
    }
    meter.gauge('radserve_audit_up', isFailing ? 0 : 1)
    writing = undefined
    if (!isClosed && (queue.length > 0 || isFailing)) plan(isFailing ? RETRY_MS : BATCH_MS)
  }
  const start = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    return (writing ??= turn())
  }
  const plan = (afterMs: number): void => {
    if (timer === undefined && writing === undefined) timer = setTimeout(() => void start(), afterMs)
  }
  const take = (content: Content): void => {
    if (queue.length >= MAX_QUEUE) {
      dropped += 1
      meter.count('radserve_audit_entries_total', { outcome: 'dropped' })
    } else queue.push(content)
    plan(BATCH_MS)
  }
  const flush = async (): Promise<void> => {
    await writing
    await start()
  }
  meter.gauge('radserve_audit_up', isFailing ? 0 : 1)
  if (isFailing) plan(RETRY_MS)
  return {
    isOn: true,
    admit() {
      if (!refuses || (!isFailing && queue.length < MAX_QUEUE / 2)) return
      throw new AppError('audit_unavailable', 'The audit log cannot be written.', {
        details: { retryAfterMs: RETRY_MS },
      })
    },
    record(record) {
      const suppressed = record.event === 'denied' ? denials.admit() : 0
      if (suppressed !== undefined) take(contentOf(record, suppressed))
    },
    flush,
    async close() {
      isClosed = true
      await flush()
      clearTimeout(timer)
      if (own === undefined) return
      const { seq, hash } = own.chain.head
      // Whoever keeps the log of the service can tell by this line whether the end of the chain was cut off.
      log.info({ chain: own.chain.name, seq, hash }, 'the audit log ends here')
      await own.chain.close()
      await own.release()
    },
  }
}

function contentOf(record: AuditRecord, suppressed: number): Content {
  return { ...record, time: now(), ...(suppressed > 0 && { suppressed }) }
}

function now(): string {
  return new Date().toISOString()
}
