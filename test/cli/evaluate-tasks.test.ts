import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import type { ClassificationReport } from '../../src/cli/evaluate-classification.js'
import type { RetrievalReport } from '../../src/cli/evaluate-retrieval.js'
import { gray } from '../e2e/segmentation-client.js'
import { program } from '../program.js'
import { temporaryFolder } from '../folder.js'

const ROOT = resolve(import.meta.dirname, '../..')

function evaluate(...args: string[]) {
  return spawnSync(process.execPath, [...program('cli/radserve'), 'eval', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, MODEL_STORE: join(ROOT, 'test/fixtures/packs'), DEVICE: 'cpu', LANES: '1' },
  })
}

/** Two films that a model cannot take for each other, and what writes a file beside them. */
async function makeFolder() {
  const folder = temporaryFolder('eval')
  writeFileSync(join(folder, 'a.png'), await gray(32, 32, (x) => x * 8))
  writeFileSync(join(folder, 'b.png'), await gray(32, 32, (x, y) => (((x >> 2) + (y >> 2)) % 2 ? 250 : 5)))
  return (name: string, ...lines: string[]): string => {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
    return join(folder, name)
  }
}

test('retrieval as ConVIRT’s files have it: a hit is a candidate whose label is 1', async () => {
  const write = await makeFolder()
  // The nearest candidate of a film is the film itself.
  const queries = write('query.csv', 'Variable,Path', 'Edema,a.png', 'Fracture,b.png')
  const candidates = write('candidate.csv', 'Path,Edema,Fracture,Sex', 'a.png,1.0,-1.0,', 'b.png,1,,Male')
  const args = ['tiny-clip', '--queries', queries, '--candidates', candidates, '--k', '1,2', '--resamples', '50']
  const run = evaluate('retrieval', ...args, '--json')
  assert.equal(run.status, 0, run.stderr)
  const { figures, ...report } = JSON.parse(run.stdout) as RetrievalReport
  assert.deepEqual([report.task, report.model.name, report.candidates], ['retrieval', 'tiny-clip', 2])
  assert.deepEqual(
    figures.map((row) => [row.class, row.queries, row.hits, row.precision['1']!.value, row.precision['2']!.value]),
    [
      ['Edema', 1, 2, 1, 1],
      ['Fracture', 1, 0, 0, 0],
      ['(all)', 2, 2, 1 / 2, 1 / 2],
    ],
  )
  const tooDeep = evaluate('retrieval', ...args, '--k', '3')
  assert.equal(tooDeep.status, 1)
  assert.match(tooDeep.stderr, /2 candidates for a query, fewer than k 3/)
})

test('retrieval of texts by a film and by a text, without the query’s own group', async () => {
  const write = await makeFolder()
  const queries = write('q.csv', 'class,text,group', 'one,normal chest radiograph,mine', 'two,pneumonia,other')
  const candidates = write(
    'c.csv',
    'class,text,image,patient',
    'one,normal chest radiograph,,mine',
    'two,pneumonia,,third',
    'two,,a.png,fourth',
  )
  const out = join(resolve(queries, '..'), 'out.json')
  const run = evaluate(
    ...['retrieval', '--model', 'tiny-clip@1.0.0', '--queries', queries, '--candidates', candidates],
    ...['--k', '1', '--exclude-group', '--resamples', '20', '--out', out],
  )
  assert.equal(run.status, 0, run.stderr)
  assert.match(run.stdout, /class +queries +hits +P@1 \[95 %\]/)
  const { figures, excludes_group: excludes } = JSON.parse(readFileSync(out, 'utf8')) as RetrievalReport
  assert.equal(excludes, true)
  // The only text of class one is of the query's own group; the other query finds itself.
  assert.deepEqual(
    figures.map((row) => row.precision['1']!.value),
    [0, 1, 1 / 2],
  )
})

test('classification: AUROC by label and subset, and the best label', async () => {
  const write = await makeFolder()
  const manifest = write(
    'films.csv',
    'image,patient,dataset,Normal,pneumonia,pleural effusion',
    ...['a.png,1,east,1,0,0', 'b.png,2,east,0,1,', 'a.png,3,west,0,1,-1', 'b.png,4,west,1,0,'],
    // One of three rows of one film is right, whatever the model says.
    ...['a.png;b.png,5,thirds,1,0,0', 'a.png;b.png,6,thirds,0,1,0', 'a.png;b.png,7,thirds,0,0,1'],
  )
  const run = evaluate('classification', 'tiny-clip', '--manifest', manifest, '--json', '--resamples', '100')
  assert.equal(run.status, 0, run.stderr)
  const { figures, ...report } = JSON.parse(run.stdout) as ClassificationReport
  assert.deepEqual([report.label_set, report.score_kind], ['findings', 'softmax'])
  assert.deepEqual(
    figures.map(({ subset, films }) => [subset, films]),
    [
      ['east', 2],
      ['west', 2],
      ['thirds', 3],
      ['(all)', 7],
    ],
  )
  const labelOf = (subset: number, name: string) => figures[subset]!.labels.find(({ label }) => label === name)!
  // The two subsets say opposite things of the same two films.
  for (const name of ['normal', 'pneumonia']) {
    const [east, west] = [labelOf(0, name).auroc!, labelOf(1, name).auroc!]
    assert.equal(east.value + west.value, 1)
    assert.ok([0, 1].includes(east.value))
  }
  const effusion = labelOf(0, 'pleural effusion')
  assert.deepEqual([effusion.films, effusion.positives, effusion.auroc], [1, 0, undefined])
  assert.equal(labelOf(2, 'pleural effusion').auroc!.value, 1 / 2)
  assert.equal(figures[2]!.accuracy!.value, 1 / 3)
  assert.match(run.stderr, /7 of 7/)
})

test('what cannot be evaluated says where', async () => {
  const write = await makeFolder()
  const films = write('films.csv', 'image,pneumonia', 'a.png,1', 'b.png,0')
  const refused = (...args: string[]): string => {
    const run = evaluate(...args)
    assert.notEqual(run.status, 0)
    assert.equal(run.stdout, '')
    return run.stderr
  }
  const noLabel = write('other.csv', 'image,hernia', 'a.png,1')
  assert.match(refused('classification', 'tiny-clip', '--manifest', noLabel), /No column .* normal, .*pneumonia/)
  assert.match(
    refused('classification', 'tiny-clip', '--manifest', films, '--label-set', 'none'),
    // Films are evaluated side by side: whichever is refused first.
    /[ab]\.png: .*no such label set/,
  )
  assert.match(refused('classification', 'tiny-clip', '--manifest', films, '--prompts', films), /no JSON object/)
  const both = write('both.csv', 'class,image,text', 'x,a.png,words')
  assert.match(refused('retrieval', 'tiny-clip', '--queries', both, '--candidates', both), /both\.csv:2: .*either/)
  const nameless = write('nameless.csv', 'image', 'a.png')
  assert.match(refused('retrieval', 'tiny-clip', '--queries', nameless, '--candidates', films), /no class or variable/)
  const away = write('away.csv', 'images,text', 'a.png;away.png,words')
  assert.match(refused('report', 'tiny-clip', '--manifest', away), /away\.png cannot be read|does not do reports/)
  assert.match(refused('report', 'tiny-clip'), /Usage/)
  assert.match(refused('classification', '--manifest', films), /Usage/)
})
