/** The systems that `HOSPITAL_CONFIG` names, ready to be asked. */
import { readFileSync } from 'node:fs'
import type { HospitalConfig, HospitalFile } from '../config/hospital-config.js'
import { AppError } from '../errors.js'
import { createDicomwebClient } from '../hospital/dicomweb/client.js'
import type { DicomwebClient } from '../hospital/dicomweb/dicomweb.js'
import type { StoreScpOptions, StoreScu } from '../hospital/dimse/dimse.js'
import { createStoreScu } from '../hospital/dimse/store-scu.js'

const DEFAULT_AE = 'RADSERVE'

/** What the file says of the one that listens; whoever starts it adds what becomes of the objects. */
export type ScpSettings = Omit<StoreScpOptions, 'accept' | 'spoolDir' | 'log' | 'meter'>

export interface Hospital {
  /** By name; the first of the file is asked where a request names none. */
  readonly servers: ReadonlyMap<string, DicomwebClient>
  readonly aes: ReadonlyMap<string, StoreScu>
  readonly scp: ScpSettings | undefined
}

/** Throws `configuration` for a certificate or key that cannot be read. */
export function openHospital({ file, secrets }: HospitalConfig): Hospital {
  const callingAe = file.scp?.ae_title ?? DEFAULT_AE
  return {
    servers: mapOf(file.servers, (server, name) => {
      const auth = secrets.get(name)
      return createDicomwebClient({
        baseUrl: server.url.replace(/\/+$/, ''),
        timeoutMs: server.timeout_ms,
        maxBytes: server.max_bytes,
        maxParts: server.max_parts,
        ...(auth !== undefined && { auth }),
      })
    }),
    aes: mapOf(file.aes, (ae) => scuOf(ae, callingAe)),
    scp: file.scp && scpSettings(file.scp),
  }
}

function scuOf(ae: HospitalFile['aes'][string], callingAe: string): StoreScu {
  const { host, port, tls } = ae
  return createStoreScu({
    ...{ host, port, timeoutMs: ae.timeout_ms },
    ...{ calledAe: ae.called_ae, callingAe: ae.calling_ae ?? callingAe },
    ...(tls !== undefined && {
      tls: { ...pem('ca', tls.ca_file), ...pem('cert', tls.cert_file), ...pem('key', tls.key_file) },
    }),
  })
}

function scpSettings(scp: NonNullable<HospitalFile['scp']>): ScpSettings {
  const { host, port, tls } = scp
  return {
    ...{ host, port, aeTitle: scp.ae_title },
    peers: scp.peers.map(({ ae_title: aeTitle, address }) => ({ aeTitle, ...(address !== undefined && { address }) })),
    maxAssociations: scp.max_associations,
    maxObjectBytes: scp.max_object_bytes,
    idleTimeoutMs: scp.idle_timeout_ms,
    ...(tls !== undefined && {
      tls: { cert: read(tls.cert_file), key: read(tls.key_file), ...pem('clientCa', tls.client_ca_file) },
    }),
  }
}

function pem<Name extends string>(name: Name, path: string | undefined): Partial<Record<Name, string>> {
  return path === undefined ? {} : ({ [name]: read(path) } as Record<Name, string>)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('configuration', `HOSPITAL_CONFIG: ${path} cannot be read.`, { cause })
  }
}

function mapOf<Value, Made>(record: Readonly<Record<string, Value>>, make: (value: Value, name: string) => Made) {
  return new Map(Object.entries(record).map(([name, value]) => [name, make(value, name)]))
}
