// Lays out what an image holds, from a tree in which `npm ci` and `npm run build` have run:
//   OUT/root   the file system that is copied into the base image: Node.js, the service, its production packages, the SBOM
//   OUT/packs  the model packs          OUT/data  an empty folder, for a volume
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { device: { type: 'string' }, dpkg: { type: 'string' }, out: { type: 'string' } },
})
const out = resolve(values.out)
const app = join(out, 'root/app')
const runtime = join('node_modules/onnxruntime-node/bin/napi-v6', process.platform, process.arch)

if (values.device === 'cuda' && !existsSync(join(runtime, 'libonnxruntime_providers_cuda.so')))
  throw new Error('The CUDA libraries of the runtime are not there: was its install script run?')

const sbom = execFileSync('node_modules/.bin/tsx', ['docker/sbom/sbom.ts', '--dpkg', values.dpkg], {
  maxBuffer: 64 << 20,
  stdio: ['ignore', 'pipe', 'inherit'],
})
execFileSync('npm', ['prune', '--omit=dev', '--ignore-scripts', '--offline'], { stdio: 'inherit' })
keepOnlyThisPlatform()

for (const folder of [app, join(out, 'packs'), join(out, 'data'), join(out, 'root/usr/local/bin'), join(app, 'model-store')])
  mkdirSync(folder, { recursive: true })
cpSync(process.execPath, join(out, 'root/usr/local/bin/node'))
cpSync('docker/health.mjs', join(app, 'health.mjs'))
for (const name of ['package.json', 'LICENSE', 'dist', 'openapi']) cpSync(name, join(app, name), { recursive: true })
cpSync('node_modules', join(app, 'node_modules'), { recursive: true, filter: isNeeded, verbatimSymlinks: true })
writeFileSync(join(app, 'sbom.cdx.json'), sbom)
for (const name of packs()) cpSync(join('model-store', name), join(out, 'packs', name), { recursive: true })

/** onnxruntime-node brings the libraries of five platforms; sharp's are packages, of which npm takes this platform's alone. */
function keepOnlyThisPlatform() {
  const all = 'node_modules/onnxruntime-node/bin/napi-v6'
  if (!existsSync(join(runtime, 'onnxruntime_binding.node'))) throw new Error(`The runtime has nothing for ${runtime}.`)
  for (const platform of readdirSync(all)) {
    if (platform !== process.platform) rmSync(join(all, platform), { recursive: true })
  }
  for (const arch of readdirSync(join(all, process.platform))) {
    if (arch !== process.arch) rmSync(join(all, process.platform, arch), { recursive: true })
  }
}

/** Types, maps of sources and the sources that they map are for people; licences stay. */
function isNeeded(path) {
  const isForPeople = ['.map', '.ts', '.mts', '.cts', '.markdown'].includes(extname(path))
  return !isForPeople && !/node_modules\/\.(bin|cache|package-lock\.json)$/.test(path)
}

function packs() {
  const isPack = (name) => existsSync(join('model-store', name)) && versions(name).some((version) => isManifest(name, version))
  return readdirSync('model-store').filter(isPack)
}

function versions(name) {
  return readdirSync(join('model-store', name), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []))
}

function isManifest(name, version) {
  return existsSync(join('model-store', name, version, 'model.json'))
}
