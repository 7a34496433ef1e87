// node .ci/image-check.mjs IMAGE.json ROOT BUNDLE: size, labels and bill of materials of the image whose files are below ROOT; then
// it runs, as runc has it, and as a bare process of the same files, in turns.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeBundle } from './image-bundle.mjs'
import { freePort } from './free-port.mjs'

const MEGABYTE = 1e6
/** Without packs. */
const SIZE_BUDGET_BYTES = 350 * MEGABYTE
const COLD_START_BUDGET = 3
const TURNS = 3
const READY_WITHIN_MS = 120_000
const FILM = readFileSync('test/fixtures/imaging/films/kermany_person1679_bacteria_4453.jpg')
const [imageFile, root, bundle] = process.argv.slice(2)
const { config } = JSON.parse(readFileSync(imageFile, 'utf8')).Docker
const app = join(root, 'app')
let runs = 0

checkConfig()
checkSize()
checkBill()
const coldMs = { container: [], bare: [] }
const starts = {
  container: async () => runOnce(await startContainer(), checkContainer),
  bare: async () => runOnce(await startBare()),
}
for (let turn = 0; turn < TURNS; turn++) {
  // The second of a turn finds more in the page cache, so each is second in its turn.
  const order = turn % 2 === 0 ? ['bare', 'container'] : ['container', 'bare']
  for (const kind of order) coldMs[kind].push(await starts[kind]())
}
const [container, bare] = [median(coldMs.container), median(coldMs.bare)]
const ratio = container / bare
console.log(
  `cold start to ready, median of ${TURNS}: container ${Math.round(container)} ms, bare process ${Math.round(bare)} ms, ratio ${ratio.toFixed(2)}`,
)
assert.ok(ratio <= COLD_START_BUDGET, `The container takes ${ratio.toFixed(2)} times as long to be ready.`)

function checkConfig() {
  assert.match(config.User, /^[1-9]\d*:[1-9]\d*$/, 'a user that is not root, as numbers')
  assert.equal(config.StopSignal, 'SIGTERM')
  assert.ok(config.Healthcheck.Test.length > 1)
  for (const label of ['title', 'description', 'licenses', 'version', 'revision', 'created'])
    assert.ok(config.Labels[`org.opencontainers.image.${label}`], `label ${label}`)
  assert.match(config.Labels['org.opencontainers.image.revision'], /^[0-9a-f]{40}$/)
}

function checkSize() {
  const packs = bytesOf(join(app, 'model-store'))
  const bytes = bytesOf(root) - packs
  const shares = {
    'Node.js': 'usr/local/bin/node',
    packages: 'app/node_modules',
    runtime: 'app/node_modules/onnxruntime-node',
  }
  const parts = Object.entries(shares).map(([name, path]) => `${name} ${megabytes(bytesOf(join(root, path)))}`)
  console.log(`size without packs ${megabytes(bytes)} (${parts.join(', ')}); packs ${megabytes(packs)}`)
  assert.ok(bytes <= SIZE_BUDGET_BYTES, `The image is larger than ${megabytes(SIZE_BUDGET_BYTES)}.`)
  const platforms = readdirSync(join(app, 'node_modules/onnxruntime-node/bin/napi-v6'))
  assert.deepEqual(platforms, [process.platform], 'libraries of this platform alone')
  assert.deepEqual(readdirSync(join(app, 'node_modules/onnxruntime-node/bin/napi-v6', process.platform)), [
    process.arch,
  ])
}

function checkBill() {
  const bom = JSON.parse(readFileSync(join(root, config.Labels['io.radserve.sbom']), 'utf8'))
  const has = (purl) => bom.components.some((component) => component.purl?.startsWith(purl))
  for (const purl of ['pkg:npm/onnxruntime-node@', 'pkg:npm/fastify@', 'pkg:generic/node@', 'pkg:deb/debian/libc6@'])
    assert.ok(has(purl), purl)
  for (const purl of ['pkg:npm/typescript@', 'pkg:npm/eslint@'])
    assert.ok(!has(purl), `${purl} is of no use in production`)
  const models = bom.components.filter(({ type }) => type === 'machine-learning-model').map(({ name }) => name)
  assert.deepEqual(models.sort(), readdirSync(join(app, 'model-store')).sort())
  console.log(`bill of materials: ${bom.components.length} components, of them ${models.length} packs`)
}

async function startContainer() {
  const id = `radserve-image-${process.pid}-${++runs}`
  const port = await freePort()
  const folder = `${bundle}-${runs}`
  const environment = { HOST: '127.0.0.1', PORT: String(port) }
  writeBundle(folder, { root, config, environment })
  const runc = (...args) => execFileSync('runc', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  return follow(port, id, spawn('runc', ['run', '--bundle', folder, id]), {
    exec: (...args) => runc('exec', id, ...args),
    stop: () => runc('kill', id, 'TERM'),
    kill: () => runc('delete', '--force', id),
  })
}

async function startBare() {
  const port = await freePort()
  const data = mkdtempSync(join(tmpdir(), 'radserve-bare-'))
  const own = Object.fromEntries(config.Env.map((pair) => pair.split(/=(.*)/s)))
  const env = { ...own, PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(port), DATA_DIR: data }
  const child = spawn(process.execPath, ['dist/cli/radserve.js', 'serve'], { cwd: app, env })
  child.once('exit', () => rmSync(data, { recursive: true, force: true }))
  return follow(port, 'bare', child, { stop: () => child.kill('SIGTERM'), kill: () => child.kill('SIGKILL') })
}

function follow(port, name, child, verbs) {
  const run = { port, name, startedMs: performance.now(), log: '', ended: once(child, 'exit'), child, ...verbs }
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (run.log += text))
  return run
}

/** Milliseconds from start to ready. It answers for a film, `check` looks closer, and SIGTERM ends it with 0. */
async function runOnce(run, check = () => undefined) {
  try {
    const readyMs = await untilReady(run)
    const url = `http://127.0.0.1:${run.port}`
    const answer = await fetch(`${url}/v1/classifications`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: FILM,
    })
    const body = await answer.json()
    assert.equal(answer.status, 200, JSON.stringify(body))
    assert.match(JSON.stringify(body), /pneumonia/)
    check(run)
    run.stop()
    const [code, signal] = await run.ended
    assert.equal(code ?? signal, 0, 'how it ends after SIGTERM')
    assert.match(run.log, /"msg":"closed"/)
    return readyMs
  } catch (error) {
    run.kill()
    throw new Error(`${run.name}:\n${run.log.slice(-4000)}`, { cause: error })
  }
}

function checkContainer({ exec, port }) {
  const node = config.Entrypoint[0]
  exec(...config.Healthcheck.Test.slice(1))
  assert.throws(() => exec('/usr/bin/env', 'PORT=1', ...config.Healthcheck.Test.slice(1)), 'nobody is at that port')
  const seen = JSON.parse(
    exec(node, '-e', `console.log(JSON.stringify([process.getuid(), ${tried('/app/x')}, ${tried('/data/x')}]))`),
  )
  assert.deepEqual(
    seen,
    [Number(config.User.split(':')[0]), 'EROFS', 'written'],
    `user and what may be written (port ${port})`,
  )
}

function tried(path) {
  return `(() => { try { fs.writeFileSync('${path}', ''); return 'written' } catch ({ code }) { return code } })()`
}

async function untilReady(run) {
  while (performance.now() - run.startedMs < READY_WITHIN_MS) {
    if (run.child.exitCode !== null) throw new Error(`It ended with ${run.child.exitCode}.`)
    const status = await fetch(`http://127.0.0.1:${run.port}/health/ready`).then(
      (answer) => answer.status,
      () => 0,
    )
    if (status === 200) return performance.now() - run.startedMs
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('It was not ready in time.')
}

/** Bytes of the files below a path, each counted once, as a layer holds them. */
function bytesOf(path) {
  const stat = lstatSync(path)
  if (!stat.isDirectory()) return stat.isFile() ? stat.size : 0
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0)
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}

function megabytes(bytes) {
  return `${Math.round(bytes / MEGABYTE)} MB`
}
