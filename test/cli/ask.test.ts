/** The commands that ask a model, as programs of their own, at a real service and without one. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createKey } from '../../src/identity/api-key.js'
import { changeKeyFile } from '../../src/identity/key-file.js'
import { FIXTURES, PACKS, startService } from '../e2e/service.js'
import { linesOf, radserve, startRadserve } from './radserve.js'
import { temporaryFolder } from '../folder.js'

const FILM = join(FIXTURES, 'imaging/films/nih_00001362_001.jpg')
const OTHER = join(FIXTURES, 'imaging/films/kermany_person1679_bacteria_4453.jpg')
const DRAWN = ['generate', 'Cardiomegaly with small right pleural effusion.', '--model', 'tiny-sd-v']

const NOWHERE = 'http://127.0.0.1:9'

function folderOf(): string {
  const folder = temporaryFolder('cli')
  return folder
}

test('at a running service', async (t) => {
  const folder = folderOf()
  const keyFile = join(folder, 'keys.json')
  const { key, stored } = createKey({ name: 'person', scopes: ['admin'] }, new Date())
  await changeKeyFile(keyFile, () => [stored])
  const { url } = await startService(t, {
    DEFAULT_MODELS: 'tiny-gloria,tiny-lvit,tiny-report',
    API_KEYS_FILE: keyFile,
  })
  const env = { RADSERVE_URL: url, RADSERVE_API_KEY: key }
  const run = (...args: string[]) => radserve(args, { env })

  await t.test('films in their order as lines of JSON; one that is refused does not keep the others', async () => {
    const text = join(folder, 'notes.txt')
    writeFileSync(text, 'no film')
    const { code, stdout, stderr } = await run(
      'classify',
      FILM,
      text,
      OTHER,
      join(folder, 'away.png'),
      '--labels',
      'a,b',
    )
    const lines = linesOf(stdout) as { file: string; data?: { labels: object[] }[]; error?: { code: string } }[]
    assert.deepEqual(
      lines.map(({ file }) => file),
      [FILM, text, OTHER, join(folder, 'away.png')],
    )
    assert.deepEqual(
      lines.map(({ data }) => data?.[0]?.labels.length),
      [2, undefined, 2, undefined],
    )
    assert.deepEqual(
      lines.map(({ error }) => error?.code),
      [undefined, 'unsupported_media_type', undefined, 'invalid_option'],
    )
    assert.equal(code, 1)
    assert.match(stderr, /notes\.txt: .*\n.*away\.png: .*cannot be read/)
    assert.doesNotMatch(stderr, /^ {4}at /m)
  })

  await t.test('a table for people', async () => {
    const { code, stdout } = await run('classify', FILM, '--labels', 'effusion,normal', '--top', '1', '--table')
    assert.equal(code, 0)
    assert.match(
      stdout,
      /^film +label +score\n.*jpg +(effusion|normal) +\d\.\d{3}\n\ntiny-gloria@1\.0\.0\. .*Not for diagnosis\.\n$/,
    )
  })

  await t.test('pictures beside, and none is written over', async () => {
    const asked = ['segment', FILM, '--text', 'left lung', '--text', 'right lung', '--out', join(folder, 'masks')]
    const { code, stdout } = await run(...asked)
    assert.equal(code, 0)
    const [{ files }] = linesOf(stdout) as [{ files: string[] }]
    assert.deepEqual(
      files.map((file) => readFileSync(file).toString('latin1', 1, 4)),
      ['PNG', 'PNG'],
    )
    // Where nobody answers: nothing is asked for what could not be written.
    const again = await run(...asked, '--server', NOWHERE)
    assert.equal(again.code, 1)
    assert.match(again.stderr, /is there already; --force/)
    const dicom = await run('segment', FILM, '--text', 'left lung', '--out', folder, '--format', 'dicom')
    assert.equal(dicom.code, 1)
    assert.match(dicom.stderr, /answered for a DICOM film only/)
  })

  await t.test('vectors, a report, a drawn film and a benchmark', async () => {
    const vectors = await run('embed', FILM, '--text', 'effusion')
    assert.deepEqual(
      linesOf(vectors.stdout).map(({ file, text }) => [file, text]),
      [
        [FILM, undefined],
        [undefined, 'effusion'],
      ],
    )
    const [{ findings }] = linesOf((await run('report', FILM)).stdout) as [{ findings: string }]
    const written = await run('report', FILM, '--table')
    assert.ok(written.stdout.startsWith(findings.slice(0, 20)))
    const drawn = await run(...DRAWN, '--steps', '2', '--seed', '7', '--out', folder)
    assert.equal(drawn.code, 0, drawn.stderr)
    assert.ok(existsSync(join(folder, 'generated-7.png')))
    const again = await run(...DRAWN, '--seed', '7', '--out', folder, '--server', NOWHERE)
    assert.deepEqual([again.code, /is there already; --force/.test(again.stderr)], [1, true])
    const figures = linesOf((await run('bench', FILM, '--requests', '6', '--concurrency', '2')).stdout)[0]!
    assert.ok((figures['per_second'] as number) > 0 && (figures['p95_ms'] as number) >= (figures['p50_ms'] as number))
  })

  await t.test('mistakes, and what each ends with', async () => {
    const cases: [readonly string[], Record<string, string>, number, RegExp][] = [
      [['classify'], env, 2, /missing required argument 'films'/],
      [['clasify', FILM], env, 2, /Did you mean classify\?/],
      [['segment', FILM], env, 2, /--text/],
      [['segment', FILM, '--text', 'x', '--format', 'nifti', '--out', folder], env, 2, /overlay, mask, dicom/],
      [['segment', FILM, '--text', 'x', '--format', 'dicom'], env, 2, /--out/],
      [['generate', 'x', '--mask', FILM], env, 2, /--film/],
      [['generate', 'x', '--steps', 'many'], env, 2, /whole number/],
      [['classify', FILM, '--model', 'nobody'], env, 1, /nobody.*\(request [0-9a-f-]{36}\)/],
      [['classify', FILM], { RADSERVE_URL: url, RADSERVE_API_KEY: '' }, 1, /./],
      [['classify', FILM, '--server', NOWHERE], env, 3, /No service answers.*radserve serve/],
    ]
    for (const [args, environment, code, says] of cases) {
      const ended = await radserve(args, { env: environment })
      assert.deepEqual([ended.code, ended.stdout], [code, ''], args.join(' '))
      assert.match(ended.stderr, says)
      assert.doesNotMatch(ended.stderr, /^ {4}at /m)
    }
    const verbose = await run('classify', FILM, '--model', 'nobody', '--verbose')
    assert.match(verbose.stderr, /^ {4}at /m)
  })

  await t.test('Ctrl-C stops the work, and a reader that goes away is nothing to complain about', async () => {
    const long = startRadserve(['bench', FILM, '--requests', '1000000'], { env })
    // It has begun when the service has answered the first of its requests.
    await answered(url, key)
    long.kill('SIGINT')
    assert.deepEqual(await once(long, 'close'), [130, null])
    const list = startRadserve(['config'])
    let said = ''
    list.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    list.stdout.destroy()
    assert.deepEqual([await once(list, 'close'), said], [[141, null], ''])
  })
})

/** Until one more classification is answered than now. */
async function answered(url: string, key: string): Promise<void> {
  const count = async (): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`, { headers: { 'x-api-key': key } })).text()
    const lines = text.split('\n').filter((line) => /^radserve_http_requests_total.*classifications.*"200"/.test(line))
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }
  const before = await count()
  while ((await count()) === before) await new Promise(setImmediate)
}

test('without a service the model runs in the process, which ends by itself', async () => {
  const folder = folderOf()
  const env = {
    MODEL_STORE: PACKS,
    DEFAULT_MODELS: 'tiny-gloria,tiny-report',
    DATA_DIR: join(folder, 'data'),
    DEVICE: 'cpu',
  }
  const { code, stdout, stderr } = await radserve(['classify', FILM, '--labels', 'effusion,normal'], { env })
  assert.deepEqual([code, stderr], [0, ''])
  assert.equal((linesOf(stdout)[0] as { model: { name: string } }).model.name, 'tiny-gloria')
  assert.ok(!existsSync(join(folder, 'data')), 'nothing is kept')
  const none = await radserve(['segment', FILM, '--text', 'left lung'], { env })
  assert.equal(none.code, 1)
  assert.match(none.stderr, /No model of DEFAULT_MODELS does segmentations/)
})
