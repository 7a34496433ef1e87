import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import type { Command } from 'commander'
import ts from 'typescript'
import { completionScript } from '../../src/cli/completion.js'
import { EXIT } from '../../src/cli/exit-codes.js'
import { createProgram } from '../../src/cli/program.js'
import { createKey } from '../../src/identity/api-key.js'
import { changeKeyFile, readKeyFile } from '../../src/identity/key-file.js'
import { PACKS } from '../e2e/service.js'
import { radserve } from './radserve.js'
import { temporaryFolder } from '../folder.js'

const SRC = resolve(import.meta.dirname, '../../src')
const program = createProgram()

test('every command teaches: a description, and an example of itself', () => {
  const check = (command: Command, path: string): void => {
    let help = ''
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
    const [, examples = ''] = help.split('\nExamples:\n')
    assert.ok(command.description() !== '', path)
    assert.ok(examples.includes(`${path} `) || examples.includes(`${path}\n`) || path === 'radserve config', path)
    for (const each of command.commands) check(each, `${path} ${each.name()}`)
  }
  check(program, 'radserve')
})

test('help waits for nothing: no module of the service is imported before a command is given', () => {
  const seen = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023)
    for (const statement of source.statements) {
      if (!ts.isImportDeclaration(statement) || statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
        continue
      const { text } = statement.moduleSpecifier as ts.StringLiteral
      if (text.startsWith('.')) visit(resolve(dirname(file), text.replace(/\.js$/, '.ts')))
      else packages.add(text)
    }
  }
  visit(join(SRC, 'cli/radserve.ts'))
  const others = [...seen].map((file) => relative(SRC, file)).filter((file) => !file.startsWith('cli/'))
  assert.deepEqual(
    [others, [...packages]],
    [
      ['stop-signal.ts', 'errors.ts'],
      ['node:os', 'commander'],
    ],
  )
})

test('docs/command-line.md has every command and every exit code', () => {
  const text = readFileSync(resolve(SRC, '../docs/command-line.md'), 'utf8')
  for (const command of program.commands) assert.ok(text.includes(`\`${command.name()}\``), command.name())
  const codes = [...text.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
  assert.deepEqual(codes, Object.values(EXIT))
})

/** Why a shell cannot be asked. CI must have it. */
function noShell(shell: string): string | false {
  if (spawnSync(shell, ['--version']).error === undefined) return false
  if (process.env['CI'] !== undefined) throw new Error(`CI has no ${shell}.`)
  return `there is no ${shell}`
}

test('completion: bash offers commands, their commands and their options', () => {
  const script = completionScript(program, 'bash')
  const offered = (...words: string[]): string[] => {
    const asked = `COMP_WORDS=(radserve ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _radserve; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${asked}`], { encoding: 'utf8' })
    assert.equal(stderr, '')
    return stdout.trim().split('\n')
  }
  assert.deepEqual(offered('cl'), ['classify'])
  assert.deepEqual(offered('models', 'al'), ['alias'])
  assert.deepEqual(offered('segment', '--te'), ['--text'])
  assert.deepEqual(offered('classify', 'film.png', '--lab'), ['--labels', '--label-set'])
  assert.deepEqual(offered('keys', ''), ['create', 'list', 'revoke', '--verbose', '--help'])
  assert.deepEqual(offered('keys', 'create', 'pacs', '--s'), ['--scopes'])
  assert.deepEqual(offered('audit', 'export', '--fo'), ['--format'])
  assert.deepEqual(offered('index', 'add', 'films/', '--m'), ['--model', '--metadata'])
  assert.deepEqual(offered('eval', 'retrieval', '--ex'), ['--exclude-group'])
  assert.deepEqual(offered('models', 'variant', 'cxr-align', '--c'), ['--components', '--calibrate'])
  assert.throws(() => completionScript(program, 'tcsh'), { code: 'invalid_option' })
})

test('completion: zsh reads its script', { skip: noShell('zsh') }, () => {
  const { status, stderr } = spawnSync('zsh', ['-fn'], { input: completionScript(program, 'zsh'), encoding: 'utf8' })
  assert.deepEqual([status, stderr], [0, ''])
})

test('completion: fish offers the same', { skip: noShell('fish') }, () => {
  const script = completionScript(program, 'fish')
  const offered = (line: string): string[] => {
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', `${script}\ncomplete -C '${line}'`], {
      encoding: 'utf8',
    })
    assert.equal(stderr, '')
    return stdout.trim().split('\n').sort()
  }
  assert.deepEqual(offered('radserve cl'), ['classify'])
  assert.deepEqual(offered('radserve models al'), ['alias'])
  assert.deepEqual(offered('radserve classify --lab'), ['--label-set', '--labels'])
})

test('doctor says what is there, and ends with 1 where the service could not start', async () => {
  const folder = temporaryFolder('doctor')
  const sound = {
    ...{ MODEL_STORE: PACKS, DEFAULT_MODELS: 'tiny-clip', DEVICE: 'cpu', DATA_DIR: join(folder, 'data') },
    RADSERVE_PYTHON: process.execPath,
  }
  const well = await radserve(['doctor', '--json'], { env: sound })
  const checks = JSON.parse(well.stdout) as { name: string; state: string; found: string; advice?: string }[]
  const stateOf = (name: string) => checks.find((check) => check.name === name)?.state
  assert.equal(well.code, 0, well.stdout)
  for (const name of ['Node.js', 'data', 'address', 'models', 'devices', 'database'])
    assert.equal(stateOf(name), 'ok', name)
  assert.match(checks.find(({ name }) => name === 'devices')!.found, /^cpu \(DEVICE=cpu\)/)
  assert.equal(stateOf('Python'), 'warning', 'Node.js is no Python')
  assert.ok(checks.every(({ state, advice }) => (state === 'ok') === (advice === undefined)))

  const env = { ...sound, DEFAULT_MODELS: 'nobody', DEVICE: 'cuda:7', HOST: '0.0.0.0' }
  const ill = await radserve(['doctor'], { env })
  assert.equal(ill.code, 1)
  for (const line of [/^failed +address/m, /^failed +models .*nobody/m, /^failed +devices/m, /^models: Add them/m])
    assert.match(ill.stdout, line)
  const wrong = join(folder, 'radserve.yaml')
  writeFileSync(wrong, 'PROT: 1')
  const misspelt = await radserve(['doctor', '--config', wrong])
  assert.equal(misspelt.code, 1)
  assert.match(misspelt.stdout, /failed +configuration.*\n* *PROT/)
})

test('a command line that does not fit ends with 2, says why, and shows how', async () => {
  const cases: [readonly string[], RegExp][] = [
    [['keys'], /^Usage: radserve keys .*\n[^]*create <name>/],
    [['keys', 'make'], /unknown command 'make'\n.*radserve keys --help/],
    [['keys', 'create', 'pacs'], /'--scopes <list>'.*\nUsage: radserve keys create <name>/],
    [['audit', 'export', '--format', 'xml'], /balp, json/],
    [['audit', 'verify', '--head', 'node-1:x'], /CHAIN:SEQ:HASH/],
    [['index', 'add', 'films'], /'--index <name>'/],
    [['eval', 'classification', '--manifest', 'films.csv'], /'model'.*\nUsage: radserve eval classification/],
    [['eval', 'retrieval', 'm', '--queries', 'q', '--candidates', 'c', '--k', '5,x'], /1 or more, comma-separated/],
    [['models', 'show'], /'name'/],
    [['models', 'import', 'chexzero'], /'checkpoint'/],
    [['classify', 'film.png', '--concurrency', '0'], /1 or more/],
  ]
  for (const [args, says] of cases) {
    const { code, stdout, stderr } = await radserve(args)
    assert.deepEqual([code, stdout], [EXIT.usage, ''], args.join(' '))
    assert.match(stderr, says)
  }
})

test('a key is revoked by any id, those that look like an option too', async () => {
  const file = join(temporaryFolder('keys'), 'keys.json')
  const { stored } = createKey({ name: 'pacs', scopes: ['jobs'] }, new Date())
  const id = '-hV3v_9aQx0L'
  await changeKeyFile(file, () => [{ ...stored, id }])
  const { code, stdout } = await radserve(['keys', 'revoke', id], {
    env: { API_KEYS_FILE: file, AUDIT: 'off' },
  })
  assert.deepEqual([code, stdout.startsWith(`revoked ${id};`)], [EXIT.done, true])
  assert.deepEqual(await readKeyFile(file), [])
})

test("what stands behind the system of an import is the importer's, whatever it is called", async () => {
  const folder = temporaryFolder('import')
  const python = join(folder, 'python')
  // Stands for an interpreter without the importers' packages: all that is asked is what it is given.
  writeFileSync(python, '#!/bin/sh\necho "$@"\nexit 1\n', { mode: 0o755 })
  const env = { RADSERVE_PYTHON: python, MODEL_STORE: folder }
  const given = ['--version', '2.0.0', '--verbose', '--json', '--name', 'own']
  const { code, stdout } = await radserve(['models', 'import', 'gloria', 'a.ckpt', ...given], { env })
  assert.equal(code, EXIT.failed)
  assert.match(stdout, /^-m importing gloria a\.ckpt --out \S+ --version 2\.0\.0 --json --name own\n$/)
  const help = await radserve(['models', 'import', 'gloria', '--help'], { env })
  assert.equal(help.stdout, '-m importing gloria --help\n')
  assert.match((await radserve(['models', 'import', '--help'], { env })).stdout, /^Usage: radserve models import /)
})
