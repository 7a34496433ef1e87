/** Films that come in by C-STORE: from the wire to the disk, and from there into the intake. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { HospitalConfig } from '../config/hospital-config.js'
import { AppError, type ErrorCode } from '../errors.js'
import type { AcceptStatus, ReceivedInstance, StoreScp } from '../hospital/dimse/dimse.js'
import { startStoreScp } from '../hospital/dimse/store-scp.js'
import type { Intake } from '../intake/intake.js'
import type { Log, Meter } from '../ports.js'
import { readTls } from './intake.js'

type ScpSection = NonNullable<HospitalConfig['file']['scp']>

export interface ScpOptions {
  readonly section: ScpSection
  readonly intake: Intake
  readonly dataDir: string
  readonly log: Log
  readonly meter: Meter
}

/** What a process that died was in the middle of; its sender was not told that it is here. */
const STALE_MS = 600_000

/** What is taken is where it will not be lost before its sender is told so. Throws `configuration`. */
export async function openScp({ section, intake, dataDir, log, meter }: ScpOptions): Promise<StoreScp> {
  const spools = join(dataDir, 'dimse')
  const spoolDir = join(spools, randomUUID())
  mkdirSync(spoolDir, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(spools)) removeStale(join(spools, name))
  const { tls } = section
  const scp = await startStoreScp({
    ...{ host: section.host, port: section.port, aeTitle: section.ae_title, spoolDir, log, meter },
    peers: section.peers.map(({ ae_title: aeTitle, address }) => ({
      aeTitle,
      ...(address !== undefined && { address }),
    })),
    maxAssociations: section.max_associations,
    maxObjectBytes: section.max_object_bytes,
    idleTimeoutMs: section.idle_timeout_ms,
    ...(tls && { tls: tlsOf(tls) }),
    accept: (instance) => accept(instance, { intake, calledAe: section.ae_title, log }),
  })
  log.info({ dicom_port: scp.port }, 'films are taken by C-STORE')
  return {
    port: scp.port,
    async close(graceMs) {
      await scp.close(graceMs)
      rmSync(spoolDir, { recursive: true, force: true })
    },
  }
}

function tlsOf(section: NonNullable<ScpSection['tls']>): { cert: string; key: string; clientCa?: string } {
  const { ca, cert, key } = readTls({ ...section, ...(section.client_ca_file && { ca_file: section.client_ca_file }) })
  if (cert === undefined || key === undefined)
    throw new AppError('internal', 'TLS without a certificate. This is a bug.')
  return { cert, key, ...(ca !== undefined && { clientCa: ca }) }
}

function removeStale(folder: string): void {
  const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Infinity)
  if (age > STALE_MS) rmSync(folder, { recursive: true, force: true })
}

const STATUSES: Readonly<Partial<Record<ErrorCode, AcceptStatus>>> = {
  storage_full: 'out_of_resources',
  state_unavailable: 'out_of_resources',
  audit_unavailable: 'out_of_resources',
  intake_conflict: 'does_not_match',
  instance_conflict: 'does_not_match',
  malformed_image: 'cannot_understand',
  unsupported_media_type: 'cannot_understand',
  too_large: 'cannot_understand',
  image_unfit: 'cannot_understand',
}

async function accept(
  { file: path, bytes, sha256, callingAe, address, sopInstanceUid }: ReceivedInstance,
  { intake, calledAe, log }: { intake: Intake; calledAe: string; log: Log },
): Promise<AcceptStatus> {
  try {
    await intake.receive({
      ...{ bytes, spooled: { path, sha256 } },
      ...{ source: 'cstore', calledAe, callingAe },
      claimed: { instance: sopInstanceUid },
      sender: { caller: `ae:${callingAe}`, peer: address },
    })
    return 'stored'
  } catch (error) {
    const status = error instanceof AppError ? STATUSES[error.code] : undefined
    if (status === undefined) throw error
    log.warn({ code: (error as AppError).code }, 'a film that came by C-STORE was refused')
    return status
  }
}
