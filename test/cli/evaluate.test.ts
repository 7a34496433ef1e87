import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import type { SegmentationReport } from '../../src/cli/evaluate-segmentation.js'
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

/** Three films of two patients with masks whose agreement is known, and the manifest beside them. */
async function writeFilms(): Promise<string> {
  const folder = temporaryFolder('eval')
  const save = async (name: string, levelAt: (x: number, y: number) => number): Promise<void> =>
    writeFileSync(join(folder, name), await gray(96, 96, levelAt))
  await save('white.png', () => 255)
  await save('left.png', (x) => (x >= 48 ? 255 : 0))
  await save('half of left.png', (x, y) => (x >= 48 && y < 48 ? 255 : 0))
  await save('black.png', () => 0)
  const rows = [
    'text_type,image,mask,text,group,remark',
    'side,white.png,left.png,left lung,anna,',
    'side,white.png,left.png,right lung,anna,"wrong, on purpose"',
    'half,white.png,half of left.png,left lung,anna,',
    'side,white.png,left.png,left lung,bert,',
    '"nothing, named",white.png,black.png,the heart,bert,',
    '"nothing, named",black.png,black.png,left lung,bert,',
  ]
  writeFileSync(join(folder, 'films.csv'), `\ufeff${rows.join('\r\n')}\r\n`)
  return folder
}

test('figures of every text type with intervals, as JSON and as a table', async () => {
  const folder = await writeFilms()
  const csv = join(folder, 'films.csv')
  const json = evaluate('segmentation', 'tiny-halves', '--manifest', csv, '--json', '--resamples', '500')
  assert.equal(json.status, 0, json.stderr)
  const report = JSON.parse(json.stdout) as SegmentationReport
  assert.equal(report.model.name, 'tiny-halves')
  const [side, half, nothing, all] = report.figures
  assert.deepEqual(
    report.figures.map(({ text_type: type, rows, groups }) => [type, rows, groups]),
    [
      ['side', 3, 2],
      ['half', 1, 1],
      ['nothing, named', 2, 1],
      ['(all)', 6, 2],
    ],
  )
  const near = (found: number, expected: number): void => assert.ok(Math.abs(found - expected) < 1e-9, `${found}`)
  near(side!.dice.mean, 2 / 3)
  // Anna's two rows give one half, Bert's one row gives one: every resample is one of three means.
  assert.deepEqual([side!.dice.low, side!.dice.high], [0.5, 1])
  near(half!.dice.mean, 2 / 3)
  near(half!.iou.mean, 1 / 2)
  // Of both borders more than one pixel in twenty lies at the bottom, 48 pixels from the truth.
  near(half!.hd95_px!, 48)
  assert.deepEqual([nothing!.empty_truths, nothing!.empty_or_flagged], [2, 1])
  near(nothing!.dice.mean, 1 / 2)
  near(all!.dice.mean, (2 + 2 / 3 + 1) / 6)
  assert.match(json.stderr, /6 of 6/)

  const table = evaluate('segmentation', 'tiny-halves@1.0.0', '--manifest', csv)
  assert.equal(table.status, 0, table.stderr)
  assert.match(table.stdout, /tiny-halves@1\.0\.0 {2}[0-9a-f]{64}/)
  assert.match(table.stdout, /half +1 +1 +0\.667 \[0\.667, 0\.667\] +0\.500 \[0\.500, 0\.500\] +48\.0/)
  assert.match(table.stdout, /100 % of 2/)
})

test('paths are relative to --root where it is given', async () => {
  const folder = await writeFilms()
  const csv = join(temporaryFolder('manifest'), 'films.csv')
  copyFileSync(join(folder, 'films.csv'), csv)
  const run = evaluate('segmentation', '--model', 'tiny-halves', '--manifest', csv, '--root', folder, '--json')
  assert.equal(run.status, 0, run.stderr)
  assert.equal((JSON.parse(run.stdout) as SegmentationReport).figures.at(-1)!.rows, 6)
})

test('what cannot be evaluated says where', async () => {
  const folder = await writeFilms()
  const write = (text: string): string => {
    writeFileSync(join(folder, 'bad.csv'), text)
    return join(folder, 'bad.csv')
  }
  const refused = (...args: string[]): string => {
    const run = evaluate('segmentation', 'tiny-halves', '--manifest', ...args)
    assert.notEqual(run.status, 0)
    assert.equal(run.stdout, '')
    return run.stderr
  }
  assert.match(refused(join(folder, 'none.csv')), /none\.csv cannot be read/)
  assert.match(refused(write('image,mask\nwhite.png,left.png\n')), /bad\.csv:2: no text.*columns are image, mask, text/)
  assert.match(refused(write('image,mask,text\nwhite.png,"left.png,lung\n')), /not a CSV file/)
  assert.match(refused(write('image,mask,text\n')), /has no rows/)
  assert.match(refused(write('image,mask,text\nwhite.png,away.png,lung\n')), /away\.png cannot be read/)
  writeFileSync(join(folder, 'small.png'), await gray(9, 9, () => 255))
  assert.match(refused(write('image,mask,text\nwhite.png,small.png,lung\n')), /white\.png: .*9x9.*96x96/)
  assert.match(refused(join(folder, 'films.csv'), '--seed', 'x'), /--seed/)
  assert.equal(evaluate('segmentation', 'tiny-halves').status, 2)
  assert.equal(evaluate('embedding').status, 2)
  const other = evaluate('segmentation', 'tiny-clip', '--manifest', join(folder, 'films.csv'))
  assert.match(other.stderr, /does not do segmentations/)
})
