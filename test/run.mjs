// Runs every *.test.ts under test/ with node:test, or those whose path has one of the given parts; Node 20's runner takes no glob
// patterns. With --built the service is built first and tests run compiled beside it (test/compile.mjs), as a run of every test does by itself.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { compiled, compileTests } from './compile.mjs'

const wanted = process.argv.slice(2).filter((argument) => argument !== '--built')
const isBuilt = wanted.length === 0 || process.argv.includes('--built')
if (isBuilt) {
  run(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'])
  compileTests()
}

const files = readdirSync('test', { recursive: true })
  .map((name) => join('test', String(name)))
  .filter((name) => name.endsWith('.test.ts') && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .sort()
  .map((name) => (isBuilt ? compiled(name) : name))
// Without a file, node would look for tests by itself, and run what makes the fixtures.
if (files.length === 0) throw new Error(`No test's path has one of these parts: ${wanted.join(', ')}`)
const reporters = ['spec', './test/slowest-files.mjs'].flatMap((reporter) => [
  `--test-reporter=${reporter}`,
  '--test-reporter-destination=stdout',
])
const loader = isBuilt ? ['--enable-source-maps'] : ['--import', 'tsx']
run([...loader, '--test', '--test-concurrency=2', '--test-timeout=300000', ...reporters, ...files])

function run(args) {
  // A test that loads the runtime itself, or a lane without an environment of its own, tells its maker nothing either.
  const env = { ...process.env, RADSERVE_BUILT: String(isBuilt), ORT_DISABLE_TELEMETRY: '1' }
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env })
  if (status !== 0) process.exit(status ?? 1)
}
