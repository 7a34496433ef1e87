import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../folder.js'

export interface Certificates {
  readonly folder: string
  file(name: string): string
}

/** An authority, a server and two clients of it, and a client of another authority; made here, by openssl. */
export function makeCertificates(): Certificates {
  const folder = temporaryFolder('tls')
  const file = (name: string): string => join(folder, name)
  const run = (...args: string[]): void => {
    const done = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
    if (done.status !== 0) throw new Error(`openssl ${args.join(' ')}: ${done.stderr}`)
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const authority = (name: string): void =>
    run('req', '-x509', ...key, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '2', '-subj', `/CN=${name}`)
  const leaf = (name: string, subject: string, by: string): void => {
    writeFileSync(file(`${name}.ext`), 'subjectAltName=IP:127.0.0.1\n')
    run('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject)
    const sign = ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`]
    run('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...sign)
  }
  authority('hospital')
  authority('stranger')
  leaf('server', '/CN=radserve', 'hospital')
  leaf('pacs', '/O=Hospital/CN=pacs', 'hospital')
  leaf('printer', '/O=Hospital/CN=printer', 'hospital')
  leaf('impostor', '/O=Hospital/CN=pacs', 'stranger')
  return { folder, file }
}
