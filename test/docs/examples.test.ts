/** The examples of docs/examples, as they stand, at one service with the embedded packs. */
import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { FIXTURES, startService } from '../e2e/service.js'
import { embeddedFolder } from '../state/kinds.js'
import { temporaryFolder } from '../folder.js'

const ROOT = resolve(import.meta.dirname, '../..')
const EXAMPLES = join(ROOT, 'docs/examples')
const FILM = join(FIXTURES, 'imaging/films/kermany_person1679_bacteria_4453.jpg')
const PYTHON = process.env['RADSERVE_EXAMPLES_PYTHON'] ?? process.env['RADSERVE_PYTHON'] ?? 'python3'

/** Why Python cannot be asked. CI must have it. */
function noPython(): string | false {
  if (spawnSync(PYTHON, ['-c', 'import openai, requests']).status === 0) return false
  if (process.env['CI'] !== undefined) throw new Error(`CI's ${PYTHON} lacks openai or requests.`)
  return `${PYTHON} lacks openai or requests`
}

test('the examples run, and say what they should', async (t) => {
  const { url, service } = await startService(t, {
    MODEL_STORE: join(ROOT, 'model-store'),
    DEFAULT_MODELS: 'cxr-align,lvit-lung,roentgen-mini,refers-mini',
    DATA_DIR: await embeddedFolder(),
  })
  await service.state.open()
  const folder = temporaryFolder('examples')
  const run = async (program: string, ...args: string[]): Promise<string> => {
    const child = spawn(program, args, { cwd: folder })
    let [said, complained] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text))
    const [code] = (await once(child, 'close')) as [number | null]
    assert.equal(code, 0, `${said}\n${complained}`)
    return said
  }
  const isPng = (name: string): boolean => {
    const file = join(folder, name)
    const found = readFileSync(file).toString('latin1', 1, 4)
    rmSync(file)
    return found === 'PNG'
  }

  await t.test('Node.js, with the package as it is built', async () => {
    plantPackage(folder)
    cpSync(join(EXAMPLES, 'client.mjs'), join(folder, 'client.mjs'))
    const said = await run(process.execPath, 'client.mjs', FILM, url)
    for (const line of [/^pneumonia: 0\.\d+ \(probability\)$/m, /^step 4 of 4$/m, /^job completed$/m, /^refused: /m])
      assert.match(said, line)
    assert.ok(isPng('left-lung.png') && isPng('synthetic.png'))
  })

  await t.test('Python', { skip: noPython() }, async () => {
    const said = await run(PYTHON, join(EXAMPLES, 'client.py'), FILM, url)
    for (const line of [/^2 vectors of \d+ numbers$/m, /^left lung: \d+ pixels$/m, /^job completed$/m, /^cxr-align$/m])
      assert.match(said, line)
    assert.ok(isPng('synthetic.png'))
  })

  await t.test('curl', async () => {
    const said = await run('sh', join(EXAMPLES, 'curl.sh'), FILM, url)
    assert.match(said, /event: token\n/)
    // The worker looks at the queue by itself, too, and may have it already.
    assert.match(said, /"state":"(queued|running|completed)"/)
    assert.ok(isPng('left-lung.png') && isPng('synthetic.png'))
  })
})

/** What `npm install` would put there of the client: built, with the exports of package.json. */
function plantPackage(folder: string): void {
  const home = join(folder, 'node_modules/radserve')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'package.json'), readFileSync(join(ROOT, 'package.json')))
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'))
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const flags = ['-p', join(ROOT, 'tsconfig.client.json'), '--outDir', join(home, 'dist')]
  execFileSync(process.execPath, [tsc, ...flags, '--emitDeclarationOnly', 'false', '--declaration', 'false'])
}
