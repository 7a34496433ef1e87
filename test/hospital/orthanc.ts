/** A PACS: Orthanc with its DICOMweb plugin, started on free ports of this machine with a database of its own. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { freePort } from '../load/server-process.js'

const PLUGINS = '/usr/lib/orthanc'
const plugin = existsSync(PLUGINS)
  ? readdirSync(PLUGINS).find((name) => name.startsWith('libOrthancDicomWeb.so'))
  : undefined
const TOOLS = ['Orthanc', 'storescu', 'echoscu', 'storescp', 'dcmdump'] as const

export const missingPacs =
  process.env['CI'] !== 'true' &&
  (plugin === undefined || TOOLS.some((tool) => spawnSync('which', [tool]).status !== 0))
    ? 'needs Orthanc and dcmtk: apt-get install orthanc orthanc-dicomweb dcmtk'
    : false

export interface OrthancOptions {
  readonly aeTitle?: string
  /** Whom it may send to, by name: AE title, host, port. */
  readonly modalities?: Readonly<Record<string, readonly [string, string, number]>>
  readonly settings?: Readonly<Record<string, unknown>>
}

export interface Orthanc {
  readonly httpUrl: string
  readonly dicomwebUrl: string
  readonly dicomPort: number
  readonly aeTitle: string
  readonly user: string
  readonly password: string
  /** Its own interface, which is not DICOM's. */
  rest(path: string, init?: RequestInit): Promise<Response>
  /** Tells who else it may send to. */
  addModality(name: string, aeTitle: string, port: number): Promise<void>
  stop(): Promise<void>
}

const USER = 'radserve'
const PASSWORD = 'a-password-of-tests'

export async function startOrthanc(t: Pick<TestContext, 'after'>, options: OrthancOptions = {}): Promise<Orthanc> {
  const folder = mkdtempSync(join(tmpdir(), 'radserve-orthanc-'))
  const aeTitle = options.aeTitle ?? 'TESTPACS'
  const [httpPort, dicomPort] = [await freePort(), await freePort()]
  const file = join(folder, 'orthanc.json')
  writeFileSync(file, JSON.stringify(settingsOf(folder, { ...options, aeTitle, httpPort, dicomPort })))
  const child = spawn('Orthanc', [file], { stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(child, 'exit')
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await exited
  }
  t.after(async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })
  await new Promise<void>((resolve, reject) => {
    const lines: string[] = []
    createInterface(child.stderr).on('line', (line) => {
      lines.push(line)
      if (line.includes('Orthanc has started')) resolve()
    })
    void exited.then(() => reject(new Error(`Orthanc ended:\n${lines.slice(-5).join('\n')}`)))
  })
  const httpUrl = `http://127.0.0.1:${httpPort}`
  const rest: Orthanc['rest'] = (path, init = {}) =>
    fetch(`${httpUrl}${path}`, {
      ...init,
      headers: { authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}` },
    })
  return {
    ...{ httpUrl, dicomwebUrl: `${httpUrl}/dicom-web`, dicomPort, aeTitle, user: USER, password: PASSWORD, rest, stop },
    async addModality(name, called, port) {
      const body = JSON.stringify({ AET: called, Host: '127.0.0.1', Port: port })
      const { status } = await rest(`/modalities/${name}`, { method: 'PUT', body })
      if (status !== 200) throw new Error(`Orthanc does not take the modality: ${status}`)
    },
  }
}

interface Settings extends OrthancOptions {
  readonly aeTitle: string
  readonly httpPort: number
  readonly dicomPort: number
}

function settingsOf(folder: string, { aeTitle, httpPort, dicomPort, modalities = {}, settings = {} }: Settings) {
  return {
    Name: aeTitle,
    StorageDirectory: join(folder, 'storage'),
    IndexDirectory: join(folder, 'storage'),
    HttpPort: httpPort,
    DicomPort: dicomPort,
    DicomAet: aeTitle,
    RemoteAccessAllowed: false,
    HttpBindAddresses: ['127.0.0.1'],
    AuthenticationEnabled: true,
    RegisteredUsers: { [USER]: PASSWORD },
    DicomAlwaysAllowEcho: true,
    DicomAlwaysAllowStore: true,
    DicomCheckCalledAet: true,
    OverwriteInstances: true,
    DicomModalities: modalities,
    Plugins: plugin === undefined ? [] : [join(PLUGINS, plugin)],
    DicomWeb: { Enable: true, Root: '/dicom-web/' },
    ...settings,
  }
}
