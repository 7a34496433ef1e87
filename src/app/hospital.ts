import type { HospitalConfig } from '../config/hospital-config.js'
import { createDicomwebClient } from '../hospital/dicomweb/client.js'
import type { DicomwebClient } from '../hospital/dicomweb/dicomweb.js'

/** The DICOMweb servers of a hospital's file by name; the first of them is asked where a request names none. */
export function openServers({ file, secrets }: HospitalConfig): ReadonlyMap<string, DicomwebClient> {
  return new Map(
    Object.entries(file.servers).map(([name, server]) => {
      const auth = secrets.get(name)
      const client = createDicomwebClient({
        baseUrl: server.url.replace(/\/+$/, ''),
        timeoutMs: server.timeout_ms,
        maxBytes: server.max_bytes,
        maxParts: server.max_parts,
        ...(auth !== undefined && { auth }),
      })
      return [name, client]
    }),
  )
}
