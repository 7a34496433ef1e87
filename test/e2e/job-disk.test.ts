/** A disk with no room for an answer: a small file system where we may mount one, else the system's limit for files. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { embeddedFolder } from '../state/kinds.js'
import { jobClient } from './job-client.js'
import { makeStore } from './packs.js'
import { startServer, type Server } from './server.js'

const ROOM_BYTES = 64 << 10
const isRoot = process.getuid?.() === 0

const runs = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0
const canMount = isRoot && runs('unshare', '-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt')
const canLimit = runs('prlimit', '--version')

/** Leaves room for so many bytes in what the service writes; gives what takes the limit away again. */
function limitRoom(server: Server, blobs: string): () => void {
  if (!canMount) {
    assert.ok(runs('prlimit', '--pid', String(server.pid), `--fsize=${ROOM_BYTES}:`))
    return () => assert.ok(runs('prlimit', '--pid', String(server.pid), '--fsize=unlimited:'))
  }
  assert.ok(runs('mount', '-t', 'tmpfs', '-o', `size=${ROOM_BYTES}`, 'tmpfs', blobs))
  process.prependListener('exit', () => void spawnSync('umount', ['-l', blobs]))
  return () => assert.ok(runs('mount', '-o', `remount,size=${64 << 20}`, blobs))
}

const skip = canMount || canLimit ? false : 'neither a mount nor prlimit is to be had'

test(
  'the disk is full: a request is refused, an answer fails its job, the service lives and goes on when there is room',
  { skip },
  async (t) => {
    const dataDir = await embeddedFolder()
    const blobs = join(dataDir, 'blobs')
    mkdirSync(blobs)
    const server = await startServer(t, makeStore(), { DATA_DIR: dataDir })
    const jobs = jobClient(`http://127.0.0.1:${server.port}`)
    // The first makes sure that the database is open, whose own files are not limited.
    assert.equal(
      (await jobs.ended((await jobs.submit('/v1/embeddings', { input: 'x' })).id, 60_000)).state,
      'completed',
    )
    const makeRoom = limitRoom(server, blobs)

    // Vectors of 500 words take some hundred kilobytes; to ask for them takes three.
    const request = { input: Array.from({ length: 500 }, (_, at) => `w${at}`) }
    const sync = await jobs.post('/v1/embeddings', request)
    const answerBytes = (await sync.arrayBuffer()).byteLength
    assert.ok(answerBytes > 2 * ROOM_BYTES, `${answerBytes} bytes`)
    const full = await jobs.ended((await jobs.submit('/v1/embeddings', request)).id)
    assert.deepEqual([full.state, full.error?.code, full.error?.status], ['failed', 'storage_full', 507])
    assert.equal((await jobs.result(full.id)).status, 507)
    const refused = await jobs.post(
      '/v1/embeddings',
      { input: 'x', user: 'u'.repeat(2 * ROOM_BYTES) },
      { prefer: 'respond-async' },
    )
    assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [507, 'storage_full'])

    assert.equal((await jobs.post('/v1/embeddings', { input: 'x' })).status, 200)
    makeRoom()
    const again = await jobs.ended((await jobs.submit('/v1/embeddings', request)).id)
    assert.deepEqual([again.state, again.result?.bytes], ['completed', answerBytes])
  },
)
