// Runs every *.test.ts under test/ with node:test, or those whose path has one of the given parts; Node 20's runner takes no glob
// patterns. With --built, programs that tests start are built first (test/program.ts); a run of every test does so by itself.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const wanted = process.argv.slice(2).filter((argument) => argument !== '--built')
const isBuilt = wanted.length === 0 || process.argv.includes('--built')
if (isBuilt) run(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'])

const files = readdirSync('test', { recursive: true })
  .map((name) => join('test', String(name)))
  .filter((name) => name.endsWith('.test.ts') && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
  .sort()
const reporters = ['spec', './test/slowest-files.mjs'].flatMap((reporter) => [
  `--test-reporter=${reporter}`,
  '--test-reporter-destination=stdout',
])
run(['--import', 'tsx', '--test', '--test-concurrency=2', '--test-timeout=300000', ...reporters, ...files])

function run(args) {
  // A test that loads the runtime itself, or a lane without an environment of its own, tells its maker nothing either.
  const env = { ...process.env, RADSERVE_BUILT: String(isBuilt), ORT_DISABLE_TELEMETRY: '1' }
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env })
  if (status !== 0) process.exit(status ?? 1)
}
