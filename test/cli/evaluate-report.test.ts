import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import type { ReportReport } from '../../src/cli/evaluate-report.js'
import { program } from '../program.js'
import { temporaryFolder } from '../folder.js'

const ROOT = resolve(import.meta.dirname, '../..')
const PACK = join(ROOT, 'model-store/refers-mini/1.0.0')

interface Golden {
  readonly kind: string
  readonly images: readonly string[]
  readonly text: string
}

test('the embedded pack’s goldens, as studies with their texts and labels', () => {
  const folder = temporaryFolder('eval')
  const { goldens } = JSON.parse(readFileSync(join(PACK, 'model.json'), 'utf8')) as { goldens: Golden[] }
  const written = goldens.filter(({ kind }) => kind === 'report')
  const unfit = written.filter(({ text }) => text.startsWith('No report'))
  assert.ok(written.length >= 5 && unfit.length === 1)
  const rowOf = (golden: Golden, text: string, labels: string, subset: string, patient: string): string =>
    [golden.images.join(';'), `"${text}"`, labels, subset, patient].join(',')
  const right = written.map((golden, at) => rowOf(golden, golden.text, labelsIn(golden.text), 'right', `p${at}`))
  const wrong = rowOf(written[0]!, 'Something else.', 'Mass', 'wrong', 'p0')
  writeFileSync(join(folder, 'studies.csv'), ['images,text,labels,dataset,patient', ...right, wrong].join('\n'))
  const run = spawnSync(
    process.execPath,
    [...program('cli/radserve'), 'eval', 'report', 'refers-mini', '--manifest', join(folder, 'studies.csv')].concat([
      ...['--root', PACK, '--json', '--resamples', '100'],
    ]),
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, MODEL_STORE: join(ROOT, 'model-store'), DEVICE: 'cpu' } },
  )
  assert.equal(run.status, 0, run.stderr)
  const { figures, model } = JSON.parse(run.stdout) as ReportReport
  assert.equal(model.name, 'refers-mini')
  const [ofRight, ofWrong, all] = figures
  assert.deepEqual([ofRight!.studies, ofRight!.unfit, ofWrong!.studies, all!.subset], [written.length, 1, 1, '(all)'])
  for (const [name, { value }] of Object.entries(ofRight!.measures)) assert.ok(Math.abs(value - 1) < 1e-9, name)
  assert.equal(ofWrong!.measures['exact']!.value, 0)
  assert.equal(ofWrong!.measures['label_f1']!.value, 0)
  assert.equal(ofWrong!.labels!['Mass']!.value, 0)
  assert.equal(all!.measures['exact']!.value, written.length / (written.length + 1))
  // The commonest text is right for those that have it.
  const commonest = Math.max(...written.map(({ text }) => written.filter((other) => other.text === text).length))
  assert.equal(ofRight!.majority['exact'], commonest / written.length)
})

/** The pack's words for the labels that its goldens can have. */
function labelsIn(text: string): string {
  const words = text.toLowerCase()
  const labels = [
    'No finding',
    'Bacterial pneumonia',
    'Viral pneumonia',
    'Pneumonia',
    'Infiltration',
    'Edema',
    'Effusion',
  ]
  const found = [...labels, 'Atelectasis', 'Consolidation', 'Nodule', 'Mass'].filter((label) =>
    words.includes(label.toLowerCase()),
  )
  return found.map((label) => (label === 'No finding' ? 'No Finding' : label)).join(';')
}
