/**
 * npx tsx test/load/allocators.ts [ROUNDS]: the service (dist/) under settings of its allocator, in turns: resident memory after films of
 * several sizes at once, and how long they took. What is chosen is in docker/Dockerfile, what came out in docs/deployment.md.
 */
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import sharp from 'sharp'
import { footprintOf } from './processes.js'
import { startServer } from './server-process.js'

const JEMALLOC = '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2'
const REQUESTS = 240
const AT_ONCE = 8
const rounds = Number(process.argv[2] ?? 3)

const SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  glibc: {},
  'MALLOC_ARENA_MAX=2': { MALLOC_ARENA_MAX: '2' },
  ...(existsSync(JEMALLOC) && { jemalloc: { LD_PRELOAD: JEMALLOC } }),
}

const films = await Promise.all([512, 1024, 2048, 3000].map(noise))
const folder = mkdtempSync(join(tmpdir(), 'radserve-allocators-'))
const figures: { setting: string; serverMib: number; lanesMib: number; seconds: number }[] = []
for (let round = 0; round < rounds; round++) {
  for (const [setting, environment] of Object.entries(SETTINGS)) figures.push({ setting, ...(await measure(environment)) })
}
rmSync(folder, { recursive: true })
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!
for (const setting of Object.keys(SETTINGS)) {
  const own = figures.filter((figure) => figure.setting === setting)
  const of = (key: 'serverMib' | 'lanesMib' | 'seconds'): number => median(own.map((figure) => figure[key]))
  console.log(
    `${setting}: server ${of('serverMib').toFixed(0)} MiB, lanes ${of('lanesMib').toFixed(0)} MiB, ${of('seconds').toFixed(1)} s`,
  )
}

async function measure(environment: Readonly<Record<string, string>>): Promise<Omit<(typeof figures)[number], 'setting'>> {
  const server = await startServer({
    name: 'radserve',
    args: ['dist/main.js'],
    environment: { ...environment, DEFAULT_MODELS: 'cxr-align', DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'warn' },
    readyPath: '/health/ready',
    logFile: join(folder, 'log'),
  })
  const startedMs = performance.now()
  let next = 0
  const caller = async (): Promise<void> => {
    for (let at = next++; at < REQUESTS; at = next++) {
      const body = new Uint8Array(films[at % films.length]!)
      const headers = { 'content-type': 'image/jpeg' }
      const url = `http://127.0.0.1:${server.port}/v1/classifications`
      const reply = await fetch(url, { method: 'POST', headers, body })
      if (reply.status !== 200) throw new Error(await reply.text())
      await reply.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, caller))
  const { serverMib, lanesMib } = footprintOf(server.pid)
  const seconds = (performance.now() - startedMs) / 1000
  await server.stop()
  return { serverMib, lanesMib, seconds }
}

function noise(side: number): Promise<Buffer> {
  const image = { width: side, height: side, channels: 1 as const, background: '#808080' }
  const grain = { type: 'gaussian' as const, mean: 128, sigma: 40 }
  return sharp({ create: { ...image, channels: 3, noise: grain } }).greyscale().jpeg({ quality: 90 }).toBuffer()
}
