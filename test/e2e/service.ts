import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import type { TestContext } from 'node:test'
import { createApp, createService, type Service } from '../../src/app.js'
import { loadConfig } from '../../src/config.js'
import { createLogger } from '../../src/observability/logger.js'
import { temporaryFolder } from '../folder.js'

export const FIXTURES = join(import.meta.dirname, '../fixtures')
export const PACKS = join(FIXTURES, 'packs')

export const film = (name = 'nih_00001362_001.jpg'): Buffer => readFileSync(join(FIXTURES, 'imaging/films', name))
export const file = (name: string): Buffer => readFileSync(join(FIXTURES, 'imaging/files', name))

export interface RunningService {
  readonly url: string
  readonly service: Service
  readonly logLines: string[]
}

/** The whole service in this process, with real lanes, real packs and a real socket. */
export async function startService(
  t: Pick<TestContext, 'after'>,
  environment: Record<string, string> = {},
  page?: string,
): Promise<RunningService> {
  const dataDir = temporaryFolder('data')
  const config = loadConfig({
    environment: {
      DATA_DIR: dataDir,
      MODEL_STORE: PACKS,
      DEFAULT_MODELS: 'tiny-clip',
      DEVICE: 'cpu',
      PORT: '0',
      ...environment,
    },
  })
  const logLines: string[] = []
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logLines.push(chunk.toString())
      done()
    },
  })
  const log = createLogger('info', sink)
  const service = await createService(config, log)
  const app = await createApp(service, log, page)
  t.after(async () => {
    await app.close()
    await service.close(0)
  })
  await service.models.start()
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), service, logLines }
}

/** A store of its own with copies of the tiny pack under these names. */
export function plantStore(names: readonly string[]): string {
  const root = temporaryFolder('e2e')
  for (const name of names) {
    const folder = join(root, name, '1.0.0')
    cpSync(join(PACKS, 'tiny-clip/1.0.0'), folder, { recursive: true })
    const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as Record<string, unknown>
    writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...manifest, name }))
  }
  return root
}

export async function postJson(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

export async function postFilm(
  url: string,
  bytes: Uint8Array,
  type = 'image/jpeg',
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': type, ...headers }, body: new Uint8Array(bytes) })
}
