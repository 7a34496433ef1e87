import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { ConfigSchema } from '../../src/config.js'
import { environmentOf, manifests, podOf } from './manifests.js'

const read = (name: string): string => readFileSync(new URL(`../../docker/${name}`, import.meta.url), 'utf8')
const OF_THE_SYSTEM = new Set(['NODE_ENV', 'HOME', 'MALLOC_ARENA_MAX'])

test('the CUDA image installs what the runtime that is locked here offers for Linux', () => {
  const wanted = /ONNXRUNTIME_NODE_INSTALL=(\S+)/.exec(read('cuda.Dockerfile'))![1]!
  const require = createRequire(import.meta.url)
  const metadata = require('onnxruntime-node/script/install-metadata.js') as {
    requirements: Record<string, string[]>
    manifests: Record<string, Record<string, unknown>>
  }
  assert.ok(metadata.requirements['linux/x64']?.includes(wanted))
  assert.ok('./libonnxruntime_providers_cuda.so' in metadata.manifests[`linux/x64:${wanted}`]!)
})

test('both images end as the same user, with the same check, and run nothing in the base image', () => {
  for (const name of ['Dockerfile', 'cuda.Dockerfile']) {
    const text = read(name)
    const final = text.slice(text.indexOf('FROM base AS service'))
    for (const line of ['USER 65532:65532', 'STOPSIGNAL SIGTERM', 'HEALTHCHECK ', 'VOLUME ["/data"]'])
      assert.ok(final.includes(`\n${line}`), `${name}: ${line}`)
    assert.doesNotMatch(final, /^RUN /m)
    for (const key of ['HOST', 'PORT', 'DATA_DIR', 'DEVICE']) assert.match(final, new RegExp(`\\b${key}=`))
    for (const [, key] of final.matchAll(/^(?:ENV| {3}) ([A-Z_]+)=/gm))
      assert.ok(key! in ConfigSchema.properties || OF_THE_SYSTEM.has(key!) || key!.startsWith('NVIDIA_'), key)
  }
})

test('the health check ends with 0 when the service is ready, and with 1 when it is not or nobody is there', async (t) => {
  let status = 200
  const server = createServer((request, reply) => reply.writeHead(request.url === '/health/ready' ? status : 404).end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const port = String((server.address() as AddressInfo).port)
  const check = async (): Promise<unknown> => {
    const child = spawn(process.execPath, ['docker/health.mjs'], { env: { PORT: port } })
    return ((await once(child, 'exit')) as unknown[])[0]
  }
  assert.equal(await check(), 0)
  status = 503
  assert.equal(await check(), 1)
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  assert.equal(await check(), 1)
})

test('manifests name keys in the spelling of the configuration', () => {
  const keys = manifests
    .filter(({ kind }) => kind === 'Deployment' || kind === 'ServingRuntime')
    .flatMap((each) => [
      ...environmentOf(each.kind === 'Deployment' ? podOf(each) : (each.spec as ReturnType<typeof podOf>)).keys(),
    ])
  for (const key of keys) assert.ok(key in ConfigSchema.properties, key)
})
