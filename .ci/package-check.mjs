// node .ci/package-check.mjs FOLDER: what a stranger does with the package that is installed there.
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort } from './free-port.mjs'

const RUNS = 20
const HELP_BUDGET = 2.5
const READY_WITHIN_MS = 60_000
const FILM = resolve('test/fixtures/imaging/films/kermany_person1679_bacteria_4453.jpg')
const folder = process.argv[2]
const program = join(folder, 'node_modules/radserve/dist/cli/radserve.js')

checkHelp()
await checkService()

/** In turns with a Node.js that does nothing, because a full machine slows both. */
function checkHelp() {
  const timeOf = (...args) => {
    const beginMs = performance.now()
    execFileSync(process.execPath, args, { stdio: 'ignore' })
    return performance.now() - beginMs
  }
  const times = { bare: [], help: [] }
  for (let run = 0; run < RUNS; run++) {
    times.bare.push(timeOf('-e', '0'))
    times.help.push(timeOf(program, '--help'))
  }
  const [bare, help] = [median(times.bare), median(times.help)]
  const ratio = help / bare
  console.log(
    `radserve --help, median of ${RUNS}: ${Math.round(help)} ms; node -e 0: ${Math.round(bare)} ms; ratio ${ratio.toFixed(2)}`,
  )
  assert.ok(ratio <= HELP_BUDGET, `--help takes ${ratio.toFixed(2)} times as long as Node.js itself.`)
}

async function checkService() {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = { ...process.env, PORT: String(port), DATA_DIR: join(folder, 'data') }
  const beginMs = performance.now()
  const service = spawn('npx', ['--no-install', 'radserve', 'serve'], { cwd: folder, env, detached: true })
  let log = ''
  for (const stream of [service.stdout, service.stderr]) stream.on('data', (chunk) => (log += chunk))
  try {
    while (!(await isReady(url))) {
      assert.ok(performance.now() - beginMs < READY_WITHIN_MS && service.exitCode === null, log.slice(-4000))
      await new Promise((wake) => setTimeout(wake, 100))
    }
    console.log(`npx radserve serve is ready after ${Math.round(performance.now() - beginMs)} ms`)
    checkAnswers(url)
  } finally {
    // npx puts a shell between; the whole group is ours.
    process.kill(-service.pid, 'SIGTERM')
    await once(service, 'close')
  }
}

function checkAnswers(url) {
  const asked = spawnSync('npx', ['--no-install', 'radserve', 'classify', FILM, '--server', url], { cwd: folder })
  assert.equal(asked.status, 0, asked.stderr.toString())
  const { data, model } = JSON.parse(asked.stdout.toString())
  assert.ok(data[0].labels.length > 0)
  writeFileSync(
    join(folder, 'ask.mjs'),
    `import { createClient } from 'radserve/client'
import { filmAt } from 'radserve/client/node'
const client = createClient({ baseUrl: '${url}' })
const { model } = await client.classify({ image: await filmAt('${FILM}') })
console.log(model.name)
`,
  )
  const said = execFileSync(process.execPath, ['ask.mjs'], { cwd: folder }).toString().trim()
  assert.equal(said, model.name)
  console.log(`the program and the client have asked ${said}`)
}

async function isReady(url) {
  return fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
