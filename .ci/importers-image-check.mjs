// node .ci/importers-image-check.mjs IMAGE.json ROOT BUNDLE: the image whose files are below ROOT makes a checkpoint of ConVIRT with small
// seeded weights and imports it, and the pack is verified by the service's own command. The build of the project must be in dist.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeBundle } from './image-bundle.mjs'

const [imageFile, root, bundle] = process.argv.slice(2)
const { config } = JSON.parse(readFileSync(imageFile, 'utf8')).Docker
const [python] = config.Entrypoint
let runs = 0

assert.match(config.User, /^[1-9]\d*:[1-9]\d*$/, 'a user that is not root, as numbers')
assert.match(inContainer(config.Entrypoint, ['--list']), /^convirt$/m)
inContainer([python, '-m', 'convirt.prove'], ['--work', '/data/seeded', '--small', '--variant', 'benchx'])
const seeded = '/data/seeded'
const asked = ['convirt', `${seeded}/ConVIRT-benchx.pth`, '--plan', `${seeded}/convirt-benchx-plan.json`]
const about = ['--vocabulary', `${seeded}/vocab.txt`, '--variant', 'benchx', '--name', 'convirt-imported']
inContainer(config.Entrypoint, [...asked, ...about, '--out', '/data/store/convirt-imported/1.0.0'])
const store = join(bundle, 'data/store')
console.log(`imported: ${readdirSync(join(store, 'convirt-imported/1.0.0')).join(' ')}`)
const environment = { ...process.env, MODEL_STORE: store, DEFAULT_MODELS: '' }
console.log(
  execFileSync(process.execPath, ['dist/cli/radserve.js', 'models', 'verify'], { env: environment, encoding: 'utf8' }),
)
// A container without a network: what asks for one is told so.
const fetch = "import urllib.request; urllib.request.urlopen('http://192.0.2.1', timeout=5)"
assert.match(run([python, '-c', fetch], []).stderr, /unreachable/)

function inContainer(entrypoint, args) {
  const { status, stdout, stderr } = run(entrypoint, args)
  assert.equal(status, 0, `${args.join(' ')}\n${stdout}${stderr}`)
  return stdout
}

/** As docker/importers/Dockerfile says: nobody, a root that is only read, /data in place of the mounted folder, no network. */
function run(entrypoint, args) {
  const settings = { ...config, Entrypoint: entrypoint, Cmd: args, WorkingDir: '/data' }
  writeBundle(bundle, { root, config: settings, environment: {}, hasNetwork: false })
  return spawnSync('runc', ['run', '--bundle', bundle, `radserve-importers-${process.pid}-${runs++}`], {
    encoding: 'utf8',
  })
}
